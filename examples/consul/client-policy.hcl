# What the token of a machine that mounts must be allowed to see, where Consul
# has ACLs: its file is named by consul-token-file.
service "gluster" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
