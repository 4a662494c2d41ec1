#!/bin/sh
# build.sh SOURCES OUTPUT FOUND: compiles the shim against the libtorch that find-libtorch.sh described in the file FOUND.
# The same compiler and sources give the same bytes. Writes a temporary file and renames it, so builds may run side by side.
set -e
sources=$1 output=$2 found=$3
includes=$(sed -n 1p "$found") lib=$(sed -n 2p "$found")

# What a killed build left.
find "$(dirname "$output")" -maxdepth 1 -name 'build.*' -mmin +60 -exec rm -rf {} +
work=$(mktemp -d "$(dirname "$output")/build.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Wheels before 2.7 were built with the old string ABI.
abi=1
if grep -aq 'torchCheckFailEPKcS2_jRKSs' "$lib/libc10.so"; then abi=0; fi
standard=c++17
if grep -rq '__cplusplus < 202002L' "${includes#*;}/torch/all.h" 2>/dev/null; then standard=c++20; fi

flags="-std=$standard -O2 -DNDEBUG -D_GLIBCXX_USE_CXX11_ABI=$abi -fPIC -fvisibility=hidden -fvisibility-inlines-hidden -w"
flags="$flags -ffile-prefix-map=$sources=native -I${includes%%;*} -I${includes#*;}"

compile() { for name; do "${CXX:-g++}" $flags -c "$sources/$name.cpp" -o "$work/$name.o" || return 1; done; }
compile dispatch bench & first=$!
compile system autograd tensor
wait $first

# --no-as-needed: libtorch.so pulls in the CUDA part where there is one.
"${CXX:-g++}" -shared -s -Wl,--build-id=none -Wl,-soname,libsafetygate_torch.so \
    "$work/autograd.o" "$work/bench.o" "$work/dispatch.o" "$work/system.o" "$work/tensor.o" \
    -L"$lib" -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10 -ldl -Wl,-rpath,"$lib" -o "$work/out.so"
mv -f "$work/out.so" "$output"
