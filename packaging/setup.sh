#!/bin/sh
# Install the system libraries that Sangat needs, and nothing else.
#
#   packaging/setup.sh run     what it takes to build and start the instrument
#   packaging/setup.sh test    the same, and what the tests need beside it
#
# It asks no question. Where everything is there it changes nothing and says nothing.
#
# "needed" packages must be there in the end, or the script fails and says which.
# "wanted" packages are loaded at run time if they are there; without one of them the
# program still builds and says itself what it misses, so here it is only a warning.
#
# One entry of a list is one of
#   NAME            a package, asked of the package manager
#   cmd:TOOL=NAME   a package that is there when its tool is on the path
#   pc:LIB=NAME     a package that is there when pkg-config finds its library
# so that another package that brings the same thing (clang for gcc, PipeWire's JACK
# for jackd's) counts as well.
set -eu

mode=${1:-run}
case $mode in
    run | test) ;;
    *)
        echo "setup: unknown mode '$mode'; use 'run' or 'test'." >&2
        exit 2
        ;;
esac

say() { echo "setup: $*"; }
warn() { echo "setup: $*" >&2; }
fail() {
    warn "$*"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

needed=
wanted=

lists_for_apt() {
    needed="cmd:cc=gcc cmd:cc=libc6-dev cmd:pkg-config=pkg-config pc:alsa=libasound2-dev"
    wanted="libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0
        libgl1 libegl1 libgl1-mesa-dri libwayland-client0 libwayland-cursor0 libwayland-egl1"
    if [ "$mode" = test ]; then
        needed="$needed pc:jack=libjack-jackd2-dev cmd:jackd=jackd2 cmd:Xvfb=xvfb cmd:xauth=xauth cmd:xdotool=xdotool cmd:xwd=x11-apps"
    fi
}

lists_for_dnf() {
    needed="cmd:cc=gcc cmd:pkg-config=pkgconf-pkg-config pc:alsa=alsa-lib-devel"
    wanted="libX11 libX11-xcb libXcursor libXi libxkbcommon libxkbcommon-x11
        libglvnd-glx libglvnd-egl mesa-dri-drivers libwayland-client libwayland-cursor libwayland-egl"
    if [ "$mode" = test ]; then
        # PipeWire's JACK and jackd's cannot be installed together: take the one that fits.
        if rpm -q pipewire-jack-audio-connection-kit >/dev/null 2>&1; then
            needed="$needed pc:jack=pipewire-jack-audio-connection-kit-devel"
        else
            needed="$needed pc:jack=jack-audio-connection-kit-devel"
            wanted="$wanted cmd:jackd=jack-audio-connection-kit"
        fi
        needed="$needed cmd:Xvfb=xorg-x11-server-Xvfb cmd:xauth=xorg-x11-xauth cmd:xdotool=xdotool"
    fi
}

lists_for_pacman() {
    needed="cmd:cc=gcc cmd:pkg-config=pkgconf pc:alsa=alsa-lib"
    wanted="libx11 libxcursor libxi libxkbcommon libxkbcommon-x11 libglvnd mesa wayland"
    if [ "$mode" = test ]; then
        needed="$needed pc:jack=jack2 cmd:Xvfb=xorg-server-xvfb cmd:xauth=xorg-xauth cmd:xdotool=xdotool"
    fi
}

# Print those of the given plain package names that are not installed.
absent_packages() {
    case $manager in
        apt)
            # A package of a foreign architecture does not help: compare with the native one.
            arch=$(dpkg --print-architecture)
            # The format string belongs to dpkg-query, not to the shell.
            # shellcheck disable=SC2016
            there=$(dpkg-query -W -f '${Package}/${Architecture}/${db:Status-Status}\n' "$@" 2>/dev/null) || true
            for name; do
                case "
$there
" in
                    *"
$name/$arch/installed
"* | *"
$name/all/installed
"*) ;;
                    *) echo "$name" ;;
                esac
            done
            ;;
        dnf)
            # --whatprovides asks for what a package gives, whatever the package is called today.
            for name; do
                rpm -q --whatprovides "$name" >/dev/null 2>&1 || echo "$name"
            done
            ;;
        pacman) pacman -T "$@" || true ;;
    esac
}

# Print the package names of the given entries that are still missing.
missing() {
    plain=
    for entry; do
        what=${entry%%=*}
        case $entry in
            cmd:*) has "${what#cmd:}" || echo "${entry#*=}" ;;
            pc:*) { has pkg-config && pkg-config --exists "${what#pc:}"; } || echo "${entry#*=}" ;;
            *) plain="$plain $entry" ;;
        esac
    done
    if [ -n "$plain" ]; then
        # Package names hold no blanks; the splitting is meant.
        # shellcheck disable=SC2086
        absent_packages $plain
    fi
}

# Lines to one line of words, each once.
words() { awk '!seen[$0]++ { printf "%s%s", gap, $0; gap = " " }'; }

# Do what follows as root; $root is empty, or "sudo -n".
as_root() {
    if [ -n "$root" ]; then
        sudo -n "$@"
    else
        "$@"
    fi
}

refresh() {
    case $manager in
        apt)
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get -q -o DPkg::Lock::Timeout=300 update ||
                warn "the package index could not be refreshed; going on with the one that is here."
            ;;
        dnf) ;; # refreshes by itself when its index is too old
        pacman)
            # A refresh without a full upgrade is only safe where there is no index yet.
            if ! ls /var/lib/pacman/sync/*.db >/dev/null 2>&1; then
                as_root pacman -Sy --noconfirm || true
            fi
            ;;
    esac
}

install() {
    case $manager in
        apt)
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
            ;;
        dnf) as_root dnf -q -y --setopt=install_weak_deps=False install "$@" ;;
        pacman) as_root pacman -S --needed --noconfirm "$@" ;;
    esac </dev/null
}

by_hand() {
    case $manager in
        apt) echo "sudo apt-get update && sudo apt-get install -y $*" ;;
        dnf) echo "sudo dnf -y install $*" ;;
        pacman) echo "sudo pacman -Syu --needed $*" ;;
    esac
}

case $(uname -s) in
    Darwin)
        # Audio, MIDI and the window come with the system; only the compiler may be missing.
        xcode-select -p >/dev/null 2>&1 || fail "the C compiler is missing; run: xcode-select --install"
        if [ "$mode" = test ] && has brew && ! brew list --versions jack >/dev/null 2>&1; then
            say "Homebrew's jack is not installed; the tests do without the JACK host."
        fi
        exit 0
        ;;
    Linux) ;;
    *)
        has cc || warn "no C compiler 'cc' was found; the build may need one."
        exit 0
        ;;
esac

if has apt-get && has dpkg-query; then
    manager=apt
    lists_for_apt
elif has dnf && has rpm; then
    manager=dnf
    lists_for_dnf
elif has pacman; then
    manager=pacman
    lists_for_pacman
else
    # An unknown system: nothing can be installed, but the build's own needs can be looked at.
    manager=none
    lacking=
    has cc || lacking="$lacking a C compiler,"
    has pkg-config || lacking="$lacking pkg-config,"
    { has pkg-config && pkg-config --exists alsa; } || lacking="$lacking the ALSA headers (alsa.pc),"
    if [ "$mode" = test ]; then
        { has pkg-config && pkg-config --exists jack; } || lacking="$lacking the JACK headers (jack.pc),"
    fi
    [ -z "$lacking" ] || fail "no apt-get, dnf or pacman here; please install$lacking and run this again."
    exit 0
fi

# The lists are split into their entries on purpose, here and below.
# shellcheck disable=SC2086
todo=$(missing $needed $wanted | words)
[ -n "$todo" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    root=
elif has sudo && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    # shellcheck disable=SC2086
    must=$(missing $needed | words)
    [ -z "$must" ] || fail "system packages are missing and only root can add them; please run: $(by_hand "$todo")"
    warn "the window may miss some libraries, and only root can add them; to do so run: $(by_hand "$todo")"
    exit 0
fi

say "installing: $todo"
refresh
# shellcheck disable=SC2086
if ! install $todo; then
    # One name that this release does not know must not keep the others out.
    # shellcheck disable=SC2086
    for name in $(missing $needed $wanted | words); do
        install "$name" || true
    done
fi

# shellcheck disable=SC2086
must=$(missing $needed | words)
[ -z "$must" ] || fail "could not install: $must. Please install it by hand and run this again: $(by_hand "$must")"
# shellcheck disable=SC2086
rest=$(missing $wanted | words)
if [ -n "$rest" ]; then
    warn "could not install: $rest. The build goes on; the window may not open without it."
fi
say "done."
