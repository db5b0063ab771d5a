# What the token of a machine that mounts must be able to read if Consul has ACLs
# enabled; consul-token-file names the file with the token.
service "gluster" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
