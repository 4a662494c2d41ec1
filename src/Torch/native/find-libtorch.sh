#!/bin/sh
# Prints the libtorch to build against, as three lines: include folders, library folder, version.
# Order: the directory of SAFETYGATE_LIBTORCH (with include/ and lib/), the system's, a pip wheel's.
# Exit status 1, and one line on standard error, when there is none.

version_of() { # MAJOR.MINOR.PATCH of a version.h (newer ones include torch/headeronly/version.h)
    cat "$1" "${1%csrc/api/include/torch/version.h}headeronly/version.h" 2>/dev/null |
        sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) \([0-9]*\).*/\2/p' | paste -sd.
}

describe() { # root with include/ and lib/
    api="$1/include/torch/csrc/api/include"
    [ -f "$api/torch/version.h" ] && [ -e "$1/lib/libtorch.so" ] || return 1
    printf '%s;%s\n%s\n%s\n' "$1/include" "$api" "$1/lib" "$(version_of "$api/torch/version.h")"
}

if [ -n "$1" ]; then
    describe "${1%/}" && exit 0
    echo "SAFETYGATE_LIBTORCH is '$1', which is no libtorch: include/torch and lib/libtorch.so are needed under it." >&2
    exit 1
fi

for include in /usr/include /usr/local/include; do
    for lib in "/usr/lib/$(gcc -dumpmachine 2>/dev/null)" /usr/lib /usr/local/lib; do
        api="$include/torch/csrc/api/include"
        if [ -f "$api/torch/version.h" ] && [ -e "$lib/libtorch.so" ]; then
            printf '%s;%s\n%s\n%s\n' "$include" "$api" "$lib" "$(version_of "$api/torch/version.h")"
            exit 0
        fi
    done
done

wheel=$(python3 -c 'import importlib.util as u, os; s = u.find_spec("torch"); print(os.path.dirname(s.origin) if s else "")' 2>/dev/null)
[ -n "$wheel" ] && describe "$wheel" && exit 0

echo "No libtorch found. Install it (apt-get install libtorch-dev libopenblas0-pthread), or set SAFETYGATE_LIBTORCH to a directory with libtorch's include/ and lib/." >&2
exit 1
