# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# distutils: language=c++
"""Counting n-grams, in native code: what `counting` does, with the hashes of `kernel` in place of strings.

Two n-grams with one 64-bit hash would be counted as one: a chance of 3 in 100 million among a million of them.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libcpp.vector cimport vector

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(Py_UCS4 character)

cdef extern from *:
    """
    #define NV_K1 0x9E3779B97F4A7C15ULL
    #define NV_K2 0xD6E8FEB86659FD93ULL
    #define NV_K3 0xFF51AFD7ED558CCDULL
    """
    const uint64_t NV_K1
    const uint64_t NV_K2
    const uint64_t NV_K3


cdef inline uint64_t mix(uint64_t h) noexcept:
    h ^= h >> 32
    h *= NV_K3
    return h ^ (h >> 29)


cdef class Tally:
    """How often each n-gram stands in each document, and where each was met first."""

    cdef vector[uint64_t] keys    # open addressing
    cdef vector[uint32_t] slots   # term + 1
    cdef vector[int32_t] last     # the document that each term was met in last, and its place in `terms`
    cdef vector[int64_t] place
    cdef vector[int32_t] document, start, end   # where each term was met first
    cdef vector[int32_t] terms, counts          # of each document, one behind the other
    cdef vector[int64_t] ends                   # of the documents

    def __cinit__(self):
        self.keys.resize(1 << 16)
        self.slots.resize(1 << 16)

    cdef void add(self, uint64_t key, int32_t document, int32_t start, int32_t end):
        cdef uint64_t mask = self.keys.size() - 1, slot
        cdef int32_t term
        key = mix(key)
        slot = key & mask
        while self.slots[slot] and self.keys[slot] != key:
            slot = (slot + 1) & mask
        term = <int32_t>self.slots[slot] - 1
        if term < 0:
            term = <int32_t>self.last.size()
            self.keys[slot] = key
            self.slots[slot] = <uint32_t>term + 1
            self.last.push_back(-1)
            self.place.push_back(0)
            self.document.push_back(document)
            self.start.push_back(start)
            self.end.push_back(end)
            if 2 * self.last.size() > self.keys.size():
                self.grow()
        if self.last[term] == document:
            self.counts[self.place[term]] += 1
            return
        self.last[term] = document
        self.place[term] = <int64_t>self.terms.size()
        self.terms.push_back(term)
        self.counts.push_back(1)

    cdef void grow(self):
        cdef vector[uint64_t] keys
        cdef vector[uint32_t] slots
        cdef uint64_t mask = 2 * self.keys.size() - 1, slot
        cdef size_t i
        keys.resize(mask + 1)
        slots.resize(mask + 1)
        for i in range(self.keys.size()):
            if self.slots[i]:
                slot = self.keys[i] & mask
                while slots[slot]:
                    slot = (slot + 1) & mask
                keys[slot], slots[slot] = self.keys[i], self.slots[i]
        self.keys.swap(keys)
        self.slots.swap(slots)

    cdef void add_words(self, str text, int32_t document, int shortest, int longest):
        """The chains of runs of two or more word characters."""
        cdef vector[uint64_t] hashes
        cdef vector[int32_t] starts, ends
        cdef Py_ssize_t length = len(text), i, first = 0
        cdef uint64_t h = NV_K3
        cdef Py_UCS4 character
        cdef int n
        for i in range(length + 1):
            character = text[i] if i < length else 32
            if character == 95 or Py_UNICODE_ISALNUM(character):
                h = (h ^ <uint32_t>character) * NV_K1
                continue
            if i - first > 1:
                hashes.push_back(h)
                starts.push_back(<int32_t>first)
                ends.push_back(<int32_t>i)
            first, h = i + 1, NV_K3
        length = <Py_ssize_t>hashes.size()
        for n in range(shortest, longest + 1):
            for first in range(length - n + 1):
                h = hashes[first]
                for i in range(1, n):
                    h = h * NV_K2 + hashes[first + i]
                self.add(h, document, starts[first], ends[first + n - 1])

    cdef void add_characters(self, str text, int32_t document, int shortest, int longest):
        """The n-grams within words, which stand between single spaces: those that cross no space inside."""
        cdef Py_ssize_t length = len(text), first = 0, last, start, end
        cdef Py_UCS4 character
        cdef uint64_t h
        for last in range(1, length):
            if text[last] != 32:
                continue
            # A word with the spaces around it is text[first : last + 1].
            for start in range(first, last + 1):
                h = NV_K3
                for end in range(start, min(start + longest, last + 1)):
                    character = text[end]
                    h = (h ^ <uint32_t>character) * NV_K1
                    # A word shorter than the shortest n-gram counts once, whole.
                    if end - start + 1 >= shortest or (start == first and end == last):
                        self.add(h, document, <int32_t>start, <int32_t>end + 1)
            first = last


cdef bytes to_bytes(const void *data, size_t size):
    return PyBytes_FromStringAndSize(<const char *>data, <Py_ssize_t>size)


def count(list documents, bint characters, int shortest, int longest):
    """Count the n-grams of documents: lower-cased, and for characters with single spaces around every word.

    The terms and the counts of the documents, one behind the other; of each term the document,
    start and end where it was met first (all int32); and where each document ends among the first (int64).
    """
    cdef Tally tally = Tally()
    cdef int32_t index
    for index in range(<int32_t>len(documents)):
        if characters:
            tally.add_characters(documents[index], index, shortest, longest)
        else:
            tally.add_words(documents[index], index, shortest, longest)
        tally.ends.push_back(<int64_t>tally.terms.size())
    return (
        to_bytes(tally.terms.data(), 4 * tally.terms.size()),
        to_bytes(tally.counts.data(), 4 * tally.counts.size()),
        to_bytes(tally.document.data(), 4 * tally.document.size()),
        to_bytes(tally.start.data(), 4 * tally.start.size()),
        to_bytes(tally.end.data(), 4 * tally.end.size()),
        to_bytes(tally.ends.data(), 8 * tally.ends.size()),
    )
