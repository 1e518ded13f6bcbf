# What this machine has beyond being a machine of the home.
{ pkgs, ... }:
{
  time.timeZone = "Europe/Vienna";
  environment.systemPackages = [ pkgs.htop ];
}
