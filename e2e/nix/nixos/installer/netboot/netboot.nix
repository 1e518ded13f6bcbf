# Stands in for the module of nixpkgs.
{ boot.loader.grub.enable = false; }
