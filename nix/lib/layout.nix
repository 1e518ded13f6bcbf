# How Hearth lays out a disk, in disko's words. NIO computes the sizes from what the machine says of its disk, since
# disko takes no percentages, and the machine's agent makes the partitions; whoever partitions with disko gets the same.
#
# A running system finds its partitions by their labels, so that one configuration fits disks of every size.
{
  # The disk by what it is, not by where it is: /dev/disk/by-id/…
  device,
  # Bytes; whole MiB, since sgdisk takes a bare number for sectors, and a sector is not the same on every disk.
  bootBytes,
  systemBytes,
}:
let
  mebibyte = 1024 * 1024;
  size =
    what: bytes:
    if bytes / mebibyte * mebibyte == bytes && bytes > 0 then
      "${toString (bytes / mebibyte)}M"
    else
      throw "${what} has ${toString bytes} bytes; it must be whole MiB (${toString mebibyte} bytes)";
in
{
  disk.hearth = {
    type = "disk";
    inherit device;
    content = {
      type = "gpt";
      partitions = {
        boot = {
          priority = 1;
          label = "hearth-boot";
          type = "EF00";
          size = size "boot" bootBytes;
          content = {
            type = "filesystem";
            format = "vfat";
            mountpoint = "/boot";
            # Initial RAM disks can hold secrets.
            mountOptions = [ "umask=0077" ];
          };
        };
        system = {
          priority = 2;
          label = "hearth-system";
          size = size "system" systemBytes;
          content = {
            type = "filesystem";
            format = "ext4";
            mountpoint = "/";
            mountOptions = [ "noatime" ];
          };
        };
        data = {
          priority = 3;
          label = "hearth-data";
          type = "8E00";
          size = "100%";
          content = {
            type = "lvm_pv";
            vg = "hearth";
          };
        };
      };
    };
  };
  lvm_vg.hearth = {
    type = "lvm_vg";
    lvs.data = {
      lvm_type = "thin-pool";
      # What is left over lets LVM enlarge and mend the pool's metadata.
      size = "95%FREE";
    };
  };
}
