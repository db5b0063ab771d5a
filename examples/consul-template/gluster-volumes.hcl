# Configuration for consul-template, instead of glusterconsul-map.timer: when a volume in
# Consul changes, glusterconsul writes the map file for autofs. The template itself only
# lists what has changed, because text from Consul must not get into a map unchecked.
template {
  contents    = "{{ range ls \"gluster/volumes\" }}{{ .Key }} {{ .ModifyIndex }}\n{{ end }}"
  destination = "/run/gluster-volumes"
  command     = "glusterconsul automap --file /etc/auto.glusterconsul.map --run 'systemctl try-reload-or-restart autofs.service'"
}
