"""The native kernel: optional, so that newsvane installs, slower, where there is no compiler."""

import os

from setuptools import Extension, setup

kernel = Extension(
    "newsvane._kernel",
    ["model/newsvane/_kernel.pyx"],
    extra_compile_args=[] if os.name == "nt" else ["-O3"],
    optional=True,
)

# NEWSVANE_NATIVE=0 leaves the native kernel out, as a machine without a compiler does.
setup(ext_modules=[] if os.environ.get("NEWSVANE_NATIVE") == "0" else [kernel])
