# Which packages of an npm lock file a workspace loads, found as Node itself finds them. Builtins alone, so that it can
# be tried without nixpkgs.
#
# The lock names no addresses (npm leaves out the public registry's), which nixpkgs' own builders of npm packages need,
# and it holds ten times what the agent loads: its closure, fetched package by package and unpacked in place, is what
# `npm ci --omit=dev --omit=optional` makes of that workspace, without npm and without anybody's install script.
{
  # The lock file, read: lockfileVersion 3.
  lock,
  # The folder of the workspace, such as operators/agent.
  workspace,
}:
let
  inherit (builtins)
    attrNames
    baseNameOf
    concatMap
    dirOf
    filter
    genericClosure
    hasAttr
    map
    match
    ;

  folderNamed = folder: name: if folder == "" then "node_modules/${name}" else "${folder}/node_modules/${name}";

  above = folder: if dirOf folder == "." then "" else dirOf folder;

  # Where Node finds a package: in the node_modules next to whoever asks, else a folder further up.
  find =
    folder: name:
    let
      place = folderNamed folder name;
    in
    if hasAttr place lock.packages then
      place
    else if folder == "" then
      throw "package-lock.json has no ${name}, which ${workspace} needs: run npm install"
    else
      find (above folder) name;

  followed = place: if lock.packages.${place}.link or false then lock.packages.${place}.resolved else place;

  # What is only there where it is wanted (peers that may be missing, optional dependencies) is not followed.
  needs =
    place:
    let
      entry = lock.packages.${followed place};
      optional = name: entry.peerDependenciesMeta.${name}.optional or false;
    in
    attrNames (entry.dependencies or { })
    ++ filter (name: !optional name) (attrNames (entry.peerDependencies or { }));

  closure = genericClosure {
    startSet = [ { key = workspace; } ];
    operator = { key }: map (name: { key = find (followed key) name; }) (needs key);
  };

  places = map ({ key }: key) closure;

  # node_modules/a/node_modules/@b/c is the package @b/c.
  nameOf = place: lock.packages.${place}.name or (builtins.head (match ".*node_modules/(.*)" place));

  fetched =
    place:
    let
      inherit (lock.packages.${place}) version integrity;
      name = nameOf place;
    in
    {
      inherit place version integrity;
      url = "https://registry.npmjs.org/${name}/-/${baseNameOf name}-${version}.tgz";
    };
in
{
  # Folders of this repository: { folder = "operators/domain"; link = "node_modules/@hearth/domain" or null; }
  workspaces = concatMap (
    place:
    if place == workspace then
      [
        {
          folder = workspace;
          link = null;
        }
      ]
    else if lock.packages.${place}.link or false then
      [
        {
          folder = followed place;
          link = place;
        }
      ]
    else
      [ ]
  ) places;

  # From the registry: { place, version, integrity, url }.
  packages = map fetched (
    filter (place: place != workspace && !(lock.packages.${place}.link or false)) places
  );
}
