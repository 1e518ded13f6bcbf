# The folder that `kiko netboot` serves: the installer for one kind of processor, and iPXE for firmware that loads it.
# To serve both kinds, put the folders of two into one.
{
  ipxe,
  linkFarm,
  netboot,
  stdenv,
}:
linkFarm "hearth-netboot-images" (
  if stdenv.hostPlatform.isAarch64 then
    {
      aarch64 = netboot;
      "ipxe/ipxe-arm64.efi" = "${ipxe}/ipxe.efi";
    }
  else
    {
      x86_64 = netboot;
      "ipxe/undionly.kpxe" = "${ipxe}/undionly.kpxe";
      "ipxe/ipxe.efi" = "${ipxe}/ipxe.efi";
    }
)
