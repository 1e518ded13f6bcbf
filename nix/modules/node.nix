# A machine of the home.
{
  imports = [
    ./agent.nix
    ./boot.nix
    ./guard.nix
    ./system.nix
  ];
}
