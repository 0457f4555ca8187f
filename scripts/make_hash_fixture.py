#!/usr/bin/env python3
"""Writes the expected hashes of feature generation's tests from independent implementations.

The default hash is std::hash of libstdc++, asked through a program built here with g++; the other is FarmHash Fingerprint64
of the PyPI package pyfarmhash. 10,000 UTF-8 strings of 0 to 300 bytes; after every 100 of them a line with both running
digests (digest * 31 + hash, 64 bits). Usage: scripts/make_hash_fixture.py > FIXTURE
"""

import pathlib
import subprocess
import sys
import tempfile

import farmhash  # PyPI: pyfarmhash

MASK = (1 << 64) - 1

PROGRAM = r"""
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
int main() {
    uint32_t size;
    while (std::fread(&size, 4, 1, stdin) == 1) {
        std::string text(size, 0);
        if (size > 0 && std::fread(text.data(), 1, size, stdin) != size) return 1;
        std::printf("%zu\n", std::hash<std::string>()(text));
    }
}
"""


def splitmix(state):
    """The next state and number of the generator splitmix64."""
    state = (state + 0x9E3779B97F4A7C15) & MASK
    mixed = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & MASK
    return state, mixed ^ mixed >> 31


def strings():
    """The test's strings: string i has i mod 301 bytes, of characters of one to four bytes."""
    state = 2024
    for index in range(10000):
        size = index % 301
        text = b""
        while len(text) < size:
            state, number = splitmix(state)
            pick, rest = number % 8, number >> 8
            if pick == 4:
                character = chr(0x80 + rest % 0x780)
            elif pick in (5, 6):
                character = chr(0x4E00 + rest % 0x5200)
            elif pick == 7:
                character = chr(0x1F300 + rest % 0x300)
            else:
                character = chr(0x20 + rest % 0x5F)
            encoded = character.encode()
            text += encoded if len(text) + len(encoded) <= size else bytes([0x20 + rest % 0x5F])
        yield text


def main():
    texts = list(strings())
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "hash.cpp")
        source.write_text(PROGRAM)
        program = str(source.with_suffix(""))
        subprocess.run(["g++", "-O1", "-o", program, str(source)], check=True)
        feed = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
        answer = subprocess.run([program], input=feed, stdout=subprocess.PIPE, check=True).stdout
    standard = [int(line) for line in answer.split()]
    assert len(standard) == len(texts)
    first = second = 0
    for index, text in enumerate(texts):
        first = (first * 31 + standard[index]) & MASK
        second = (second * 31 + farmhash.fingerprint64(text)) & MASK
        if index % 100 == 99:
            print(first, second)
    return 0


if __name__ == "__main__":
    sys.exit(main())
