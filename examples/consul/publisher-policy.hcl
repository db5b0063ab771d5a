# What the token of a server that runs glusterconsul publish must be able to do.
key_prefix "gluster/volumes/" {
  policy = "write"
}
