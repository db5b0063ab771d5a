#!/bin/bash
# Creates the files that the tests expect in the volume g0.
set -eu
mkdir -p /mnt/by-hand
mount -t glusterfs gl1:/g0 /mnt/by-hand
mkdir -p '/mnt/by-hand/sub/deeper' '/mnt/by-hand/two words/and more'
echo 'from the beginning' >/mnt/by-hand/present
umount /mnt/by-hand
rmdir /mnt/by-hand
