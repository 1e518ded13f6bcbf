# What a machine of the home is like, whatever runs on it: reachable by its agent alone, and tidy.
{
  config,
  lib,
  ...
}:
let
  cfg = config.hearth;
  inherit (lib) mkDefault mkOption types;
  gibibyte = 1024 * 1024 * 1024;
in
{
  options.hearth.ssh = {
    enable = mkOption {
      type = types.bool;
      default = false;
      description = ''
        Whether root can sign in by SSH with one of `authorizedKeys`. Nothing in Hearth needs it: the agent calls the
        home, nobody calls the machine.
      '';
    };
    authorizedKeys = mkOption {
      type = types.listOf types.singleLineStr;
      default = [ ];
      example = [ "ssh-ed25519 AAAAC3… me@laptop" ];
      description = "The public keys that may.";
    };
  };

  config = {
    assertions = [
      {
        assertion = cfg.ssh.enable -> cfg.ssh.authorizedKeys != [ ];
        message = "hearth.ssh.enable without a key lets nobody in: name one in hearth.ssh.authorizedKeys";
      }
    ];

    nix.settings = {
      experimental-features = [
        "nix-command"
        "flakes"
      ];
      auto-optimise-store = true;
      # A full disk is the commonest end of a machine that updates itself.
      min-free = mkDefault gibibyte;
      max-free = mkDefault (3 * gibibyte);
      # A cache that is down must not hold up an update, let alone the way back.
      connect-timeout = mkDefault 5;
      fallback = mkDefault true;
    };
    # Takes no closure that is pinned in /nix/var/nix/gcroots/hearth, and no generation that can still be booted.
    nix.gc = {
      automatic = mkDefault true;
      dates = mkDefault "weekly";
      randomizedDelaySec = mkDefault "6h";
      options = mkDefault "--delete-older-than 30d";
    };
    nix.channel.enable = mkDefault false;

    networking.firewall.enable = mkDefault true;
    networking.useNetworkd = mkDefault true;
    networking.useDHCP = mkDefault true;
    # Certificates and tokens have dates.
    services.timesyncd.enable = mkDefault true;

    services.openssh = {
      enable = mkDefault cfg.ssh.enable;
      settings = {
        PasswordAuthentication = mkDefault false;
        KbdInteractiveAuthentication = mkDefault false;
        PermitRootLogin = mkDefault "prohibit-password";
      };
    };
    users.users.root.openssh.authorizedKeys.keys = lib.mkIf cfg.ssh.enable cfg.ssh.authorizedKeys;
    # Users are what the configuration says. That nobody has a password is on purpose: without SSH nobody signs in.
    users.mutableUsers = mkDefault false;
    users.allowNoPasswordLogin = mkDefault true;
  };
}
