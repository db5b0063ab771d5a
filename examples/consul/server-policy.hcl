# What the token of a GlusterFS server must be able to do if Consul has ACLs enabled, for
# 'glusterconsul register': the instances of all volumes belong to one service. Replace gl1
# by the name of the server's node in Consul.
service "gluster" {
  policy = "write"
}
node "gl1" {
  policy = "read"
}
