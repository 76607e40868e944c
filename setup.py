"""The native parts: optional, so that newsvane installs, slower, where there is no compiler."""

import os

from setuptools import Extension, setup

native = [
    Extension(
        f"newsvane.{name}",
        [f"model/newsvane/{name}.pyx"],
        extra_compile_args=[] if os.name == "nt" else ["-O3"],
        optional=True,
        language=language,
    )
    for name, language in (("_kernel", "c"), ("_counting", "c++"))
]

# NEWSVANE_NATIVE=0 leaves the native parts out, as a machine without a compiler does.
setup(ext_modules=[] if os.environ.get("NEWSVANE_NATIVE") == "0" else native)
