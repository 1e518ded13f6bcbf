{
  description = "The machines of my home";

  # Where you have Hearth from. Its nixpkgs is what the machines run; name your own to choose another.
  inputs.hearth.url = "git+https://git.example.org/hearth?dir=nix";

  outputs =
    { hearth, ... }:
    {
      nixosConfigurations = hearth.lib.mkNodes {
        kitchen = {
          stateVersion = "26.11";
          modules = [ ./kitchen.nix ];
        };
        attic = {
          stateVersion = "26.11";
          hardware = "raspberry-pi-5";
        };
      };
    };
}
