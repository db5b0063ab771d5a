# In addition to client-policy.hcl, for machines that use glusterconsul automap: the
# volumes that the servers publish. Whoever can write these keys chooses which volume, of
# which service, these machines mount.
key_prefix "gluster/volumes/" {
  policy = "read"
}
