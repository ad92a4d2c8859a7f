#!/bin/sh
# Reads a backup of Vertex AR Backup without the program, as docs/format.md describes it.
#
#   sh byhand.sh list    ID            what is in the backup
#   sh byhand.sh check   ID            is the manifest whole, are the archives
#   sh byhand.sh restore ID DIRECTORY  everything, into a directory that it makes
#   sh byhand.sh one     ID PATH       one file, to standard output
#
# The objects of the repository lie in the current directory, in the names of their
# keys. ID is a manifest's name without .jsonl.zst. For encrypted archives the variable
# identity names the file with the secret key. It needs a POSIX shell, zstd, jq, age for
# what is encrypted, and head, tail, base64, sha256sum and touch as GNU has them.
#
# What a manifest says is not believed: names that lead out of the directory, or through
# a link, are refused, every file is compared with its hash, and the first failure ends
# it. Set-user-id and set-group-id bits are set if keep_setuid=1. Signatures are not
# looked at.
set -eu
LC_ALL=C
export LC_ALL
umask 077

die() {
  printf 'byhand.sh: %s\n' "$*" >&2
  exit 1
}

# The program for jq that checks lines and turns them into commands for this shell.
program='
def bad($what): "the manifest has \($what)\n" | halt_error(5); # error() of jq 1.6 is forgotten by the next line
def number($what): if type == "number" and . >= 0 and . == floor and . < 9007199254740992 then . else bad($what) end;
def text($what): if type == "string" and length > 0 and (explode | all(. != 0)) then . else bad($what) end;
def digit: if . >= 97 then . - 71 elif . >= 65 then . - 65 elif . >= 48 then . + 4 elif . == 43 then 62 else 63 end;
def bytes: # of base64
  (rtrimstr("=") | rtrimstr("=") | explode | map(digit)) as $d | ($d | length * 6 / 8 | floor) as $n |
  [range(0; $d | length; 4) as $i | ($d[$i] * 262144 + ($d[$i + 1] // 0) * 4096 + ($d[$i + 2] // 0) * 64 + ($d[$i + 3] // 0)) | (. / 65536 | floor), (. / 256 | floor) % 256, . % 256] | .[:$n];
def octal: "\\" + ([. / 64, . / 8 % 8, . % 8] | map(floor | tostring) | join(""));
def word($text; $encoded; $what): # one word of the shell: text, or bytes that printf writes
  if $encoded == null then $text | text($what) | @sh
  elif $text == null and ($encoded | type == "string" and test("^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\\z"))
    and ($encoded | bytes | length > 0 and all(. != 0)) then "\"$(raw " + ($encoded | bytes | map(octal) | add | @sh) + ")\""
  else bad($what) end;
def archive: if type == "string" and test("^[0-9]{8}-[0-9]{6}-[a-z]+-[a-z2-7]{6}/[0-9]{6,9}\\.tar\\.zst(\\.age)?\\z") then . else bad("the archive \(tojson)") end;
def extent: "part \(.archive | archive) \(.offset | number("an offset")) \(.length | number("a length")) \(.start | number("a start")) \(.size | number("a size"))";
def extents: .extents[]? | select(.size > 0) | extent;
def entry:
  if (.type | IN("file", "dir", "symlink")) then . else bad("the type \(.type | tojson)") end |
  if .mode | type == "string" and test("^[0-7]{4}\\z") then . else bad("a mode") end |
  if .mtime | type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z\\z") then . else bad("a time") end |
  (.uid | number("an owner")) as $uid | (.gid | number("a group")) as $gid |
  "\(.type) \(word(.path; .path_base64; "a path")) \(.mode) \(.mtime) \($uid):\($gid)";
def link: " \(word(.link; .link_base64; "a link"))";
def sha: if .sha256 | type == "string" and test("^[0-9a-f]{64}\\z") then " \(.sha256)" else bad("a hash") end;
def made: # an entry and its content
  if .type == "file" then entry + sha, extents elif .type == "symlink" then entry + link elif .type then entry
  elif .extents and (.entries | not) then extents else empty end;
'

raw() { # like $(printf …), and a newline at the end is kept by who calls
  # shellcheck disable=SC2059 # the text is octal escapes only
  printf "$1"
  printf /
}

lines() { zstd -dcq -- "manifests/$id.jsonl.zst" || die "the manifest $id cannot be read"; }

# whole checks the manifest's own hash and its version.
whole() {
  lines > "$work/lines"
  version=$(head -n 1 "$work/lines" | jq -r 'select(.format == "vertex-ar-backup/manifest") | .version')
  case $version in
    1 | 2) ;;
    '') die "$id is no manifest" ;;
    *) die "the manifest has version $version, which this script does not know" ;;
  esac
  tail -n 1 "$work/lines" > "$work/trailer"
  said=$(jq -r '.sha256 // ""' "$work/trailer")
  is=$(sed '$d' "$work/lines" | sha256sum)
  [ "${is%% *}" = "$said" ] || die "the lines of the manifest have another hash than it says"
}

# part writes a run of a frame of an archive to standard output.
part() {
  from=archives/$1
  case $1 in
    *.age)
      from=$work/plain/${1%/*}-${1##*/}
      if [ ! -e "$from" ]; then
        [ -n "${identity:-}" ] || die "$1 is encrypted: set identity to the file with the secret key"
        age -d -i "$identity" -o "$from.part" "archives/$1" || die "$1 cannot be decrypted"
        mv -- "$from.part" "$from"
      fi
      ;;
  esac
  [ -f "$from" ] || die "the archive $1 is missing"
  tail -c "+$(($2 + 1))" "$from" | head -c "$3" | zstd -dcq | tail -c "+$(($4 + 1))" | head -c "$5"
}

# place sets path to where an entry is to be made: a name that is not there yet, in
# directories that are none of them links. known is one that was found to be so, or
# made: what lies below it is not looked at from the top again.
known=
place() {
  path=$target
  rest=$1
  if [ -n "$known" ]; then
    case $1 in "$known"/*) path=$target/$known rest=${1#"$known"/} ;; esac
  fi
  while :; do
    element=${rest%%/*}
    case $element in '' | . | ..) die "the manifest has a path that leads elsewhere: $1" ;; esac
    if [ "$path" = "$target/database" ] && [ ! -h "$path" ] && [ ! -e "$path" ]; then mkdir -- "$path"; fi # it may be no entry
    [ -d "$path" ] && [ ! -h "$path" ] || die "the manifest has an entry that is in no directory: $1"
    path=$path/$element
    case $rest in */*) rest=${rest#*/} ;; *) break ;; esac
  done
  [ ! -e "$path" ] && [ ! -h "$path" ] || die "the manifest has an entry twice: $1"
}

# settle sets owner, mode and time of what was made.
settle() { # TYPE PATH MODE TIME OWNER
  if [ "$uid" = 0 ]; then chown -h -- "$5" "$2"; fi
  if [ "$1" != symlink ]; then
    mode=$3
    case $1$mode in file[2-7]*) [ "${keep_setuid:-}" = 1 ] || mode=0${mode#?} ;; esac
    chmod -- "$mode" "$2"
  fi
  touch -h -d "$4" -- "$2"
}

# finish ends the file that is being made.
finish() {
  [ -n "$open" ] || return 0
  open=
  sum=$(sha256sum < "$made")
  [ "${sum%% *}" = "$want" ] || die "the content of $made is not what the manifest says"
  settle file "$made" "$made_mode" "$made_time" "$made_owner"
}

# The commands that the manifest becomes. A name that came out of raw has a slash behind it.
restore_file() { place "${1%/}"; finish; : > "$path"; open=1 made=$path made_mode=$2 made_time=$3 made_owner=$4 want=$5; }
restore_dir() { place "${1%/}"; finish; mkdir -- "$path"; known=${1%/}; }
restore_symlink() { place "${1%/}"; finish; ln -s -- "${5%/}" "$path"; settle symlink "$path" "$2" "$3" "$4"; }
restore_part() { [ -n "$open" ] || die "the manifest has content of no file"; part "$@" >> "$made"; }
settle_dir() { settle dir "$target/${1%/}" "$2" "$3" "$4"; }

make() {
  target=$1
  case $target in /*) ;; *) target=./$target ;; esac
  jq -r "$program"' made | "restore_" + .' "$work/lines" > "$work/commands" || die "the manifest is not as it should be"
  jq -nr "$program"' [inputs | select(.type == "dir")] | reverse | .[] | "settle_" + entry' "$work/lines" > "$work/settle" ||
    die "the manifest is not as it should be"
  mkdir -- "$target" || die "$1 must not be there yet"
  uid=$(id -u) open=
  . "$work/commands"
  finish
  . "$work/settle"
}

one() {
  encoded=$(printf %s "$1" | base64 | tr -d '\n')
  jq -nr --arg path "$encoded" "$program"'
    foreach inputs as $line (false;
      if $line.type then $line.type == "file" and (if $line.path then $line.path | @base64 else $line.path_base64 end) == $path
      elif $line.entries then false else . end;
      select(.) | $line | if .type then "found" + sha else empty end, extents)' "$work/lines" > "$work/commands" || die "the manifest is not as it should be"
  want=
  found() { want=$1; }
  : > "$work/one"
  part_to_one() { part "$@" >> "$work/one"; }
  sed 's/^part /part_to_one /' "$work/commands" > "$work/one.sh"
  . "$work/one.sh"
  [ -n "$want" ] || die "the backup has no file of that name"
  sum=$(sha256sum < "$work/one")
  [ "${sum%% *}" = "$want" ] || die "the content is not what the manifest says"
  cat -- "$work/one"
}

check() {
  jq -r "$program"'.archives[] | if .name | type == "string" and test("^[0-9]{8}-[0-9]{6}-[a-z]+-[a-z2-7]{6}/[0-9]{6,9}\\.(tar\\.zst(\\.age)?|pages\\.zst)\\z") then . else bad("an archive") end |
    if .sha256 | type == "string" and test("^[0-9a-f]{64}\\z") then "\(.sha256)  archives/\(.name)" else bad("a hash") end' "$work/trailer" > "$work/sums" ||
    die "the manifest is not as it should be"
  [ ! -s "$work/sums" ] || sha256sum --strict -c "$work/sums"
}

list() { jq -r 'select(.type) | [.type, .size, .mtime, .path // ("base64:" + .path_base64)] | @tsv' "$work/lines"; }

[ $# -ge 2 ] || die "say what to do: list ID, check ID, restore ID DIRECTORY or one ID PATH"
what=$1 id=$2
case $id in *[!0-9a-z.-]* | -* | .*) die "$id is no id of a backup" ;; esac
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/plain"
whole
case $what$# in
  list2) list ;;
  check2) check ;;
  restore3) make "$3" ;;
  one3) one "$3" ;;
  *) die "say what to do: list ID, check ID, restore ID DIRECTORY or one ID PATH" ;;
esac
