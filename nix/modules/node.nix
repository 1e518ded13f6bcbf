# A machine of the home.
{
  imports = [
    ./agent.nix
    ./boot.nix
    ./system.nix
  ];
}
