# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Scoring with a table, in native code: the functions of `kernel`, which is the reference and says what they do.

It is bound by the latency of memory: a look-up in the table misses the cache. So a document is read three times.
First its n-grams are hashed, and the slot of each is asked for; then the slots are read, and the rows asked for;
then the rows are summed. Threads share the documents of a block; the interpreter lock is not held.
"""

import array
import os

from newsvane.errors import ModelError

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.math cimport log, sqrt
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc


cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define NV_PREFETCH(address) __builtin_prefetch(address)
    #else
    #define NV_PREFETCH(address)
    #endif
    """
    void NV_PREFETCH(const void *address) nogil

cdef extern from "Python.h":
    # The tables of Unicode that the running Python itself uses; they need no lock.
    Py_UCS4 PyUnicode_READ(int kind, const void *data, Py_ssize_t index) nogil
    Py_UCS4 Py_UNICODE_TOLOWER(Py_UCS4 character) nogil
    bint Py_UNICODE_ISALNUM(Py_UCS4 character) nogil
    bint Py_UNICODE_ISSPACE(Py_UCS4 character) nogil

cdef uint64_t K1 = 0x9E3779B97F4A7C15
cdef uint64_t K2 = 0xD6E8FEB86659FD93
cdef uint64_t K3 = 0xFF51AFD7ED558CCD

cdef enum:
    MAX_N = 16  # as in table.MAX_N
    AHEAD = 12  # so many look-ups are under way at once
    LOGS = 256
    THREAD_BLOCK = 32  # so many documents make it worth waking another thread
    WORD = 1
    SPACE = 2

cdef uint8_t[128] ASCII_KIND
cdef uint8_t[128] ASCII_LOWER
cdef double[LOGS] TF

cdef int _index
for _index in range(128):
    ASCII_KIND[_index] = (WORD if chr(_index).isalnum() or _index == 95 else 0) | (SPACE if chr(_index).isspace() else 0)
    ASCII_LOWER[_index] = ord(chr(_index).lower())
TF[0] = 0
for _index in range(1, LOGS):
    TF[_index] = 1 + log(_index)


cdef inline uint64_t mix(uint64_t h) noexcept nogil:
    h ^= h >> 32
    h *= K3
    return h ^ (h >> 29)


cdef inline int kind_of(uint32_t character) noexcept nogil:
    if character < 128:
        return ASCII_KIND[character]
    if Py_UNICODE_ISALNUM(character):
        return WORD
    return SPACE if Py_UNICODE_ISSPACE(character) else 0


cdef struct Space:
    # One way of reading, with the seed of its hashes.
    bint characters
    int min_n
    int max_n
    uint64_t seed


cdef struct Text:
    # Where the characters of a Python string lie; the string is kept alive by the caller.
    const void *data
    int kind
    Py_ssize_t length


cdef struct Scratch:
    # What a thread needs for one document, grown as documents demand.
    uint32_t *characters
    Py_ssize_t room
    uint64_t *keys
    Py_ssize_t key_room
    Py_ssize_t key_count
    uint32_t *rows           # rows found, each once
    uint32_t *counts         # how often
    uint32_t *index          # open addressing: row -> place in `rows`, plus one
    Py_ssize_t index_room
    double *sums
    bint failed              # no memory


cdef class Kernel:
    """A table, ready to be looked up. The buffers of the table are held, so the file stays mapped."""

    cdef const uint32_t[::1] slots
    cdef const float[::1] rows
    cdef uint64_t mask
    cdef uint32_t size
    cdef int labels
    cdef int probes
    cdef int space_count
    cdef Space *spaces
    cdef double[::1] intercepts
    cdef object path

    def __cinit__(self, table, seeds):
        self.slots, self.rows = table.slots, table.rows
        self.size, self.labels, self.probes = table.size, len(table.labels), table.probes
        self.mask = len(table.slots) // 2 - 1
        self.path = table.path
        self.intercepts = array.array("d", table.intercepts)
        self.space_count = len(table.namespaces)
        self.spaces = <Space *>calloc(self.space_count, sizeof(Space))
        if not self.spaces:
            raise MemoryError
        for index, namespace in enumerate(table.namespaces):
            self.spaces[index] = Space(namespace.analyzer == "char_wb", namespace.min_n, namespace.max_n, seeds[index])

    def __dealloc__(self):
        free(self.spaces)

    def score(self, documents):
        """The scores of documents, as (logits, words, known), in order."""
        # Two letters whose lower case is not one letter, or depends on its neighbours: Python's own lower() knows.
        texts = [text.lower() if "\u0130" in text or "\u03a3" in text else text for text in documents]
        logits = array.array("d", bytes(8 * self.labels * len(texts)))
        words, known = (array.array("q", bytes(8 * len(texts))) for _ in range(2))
        threads = min(os.cpu_count() or 1, 1 + len(texts) // THREAD_BLOCK)
        bounds = [len(texts) * part // threads for part in range(threads + 1)]
        parts = [(texts[start:end], start, logits, words, known) for start, end in zip(bounds, bounds[1:])]
        if threads == 1:
            self._score_part(*parts[0])
        else:
            list(_pool().map(lambda part: self._score_part(*part), parts))
        rows = logits.tolist()
        return [
            (tuple(rows[self.labels * i : self.labels * (i + 1)]), words[i], known[i]) for i in range(len(texts))
        ]

    def _score_part(self, list texts, Py_ssize_t first, double[::1] logits, int64_t[::1] words, int64_t[::1] known):
        cdef Py_ssize_t count = len(texts), i
        cdef Scratch scratch = Scratch(NULL, 0, NULL, 0, 0, NULL, NULL, NULL, 0, NULL, False)
        cdef Text *places = <Text *>malloc(max(count, 1) * sizeof(Text))
        cdef int bad = 0
        if not places:
            raise MemoryError
        for i in range(count):
            text = texts[i]
            places[i] = Text(PyUnicode_DATA(text), PyUnicode_KIND(text), PyUnicode_GET_LENGTH(text))
        with nogil:
            for i in range(count):
                bad = self._score_one(
                    &places[i], &scratch, &logits[(first + i) * self.labels], &words[first + i], &known[first + i]
                )
                if bad:
                    break
        free(places)
        free(scratch.characters)
        free(scratch.keys)
        free(scratch.rows)
        free(scratch.counts)
        free(scratch.index)
        free(scratch.sums)
        if scratch.failed:
            raise MemoryError
        if bad:
            raise ModelError(f"{self.path}: damaged: a slot names a row that is not there; train again")

    cdef int _score_one(
        self, Text *text, Scratch *scratch, double *logits, int64_t *words, int64_t *known
    ) noexcept nogil:
        cdef int s, label
        cdef Py_ssize_t singles
        cdef bint counted = False
        if not reserve_text(scratch, text.length, self.labels):
            return 1
        lower(text, scratch.characters)
        for label in range(self.labels):
            logits[label] = self.intercepts[label]
        words[0] = count_words(scratch.characters, text.length)
        known[0] = words[0]
        for s in range(self.space_count):
            if self.spaces[s].characters:
                if not hash_characters(scratch, text.length, &self.spaces[s]):
                    return 1
                singles = 0
            else:
                if not hash_words(scratch, text.length, words[0], &self.spaces[s]):
                    return 1
                singles = words[0] if self.spaces[s].min_n == 1 else 0
            singles = self._sum(scratch, singles, logits)
            if singles == -1:
                return 1
            if not counted and not self.spaces[s].characters and self.spaces[s].min_n == 1:
                known[0] = singles
                counted = True
        return 0

    cdef Py_ssize_t _sum(self, Scratch *scratch, Py_ssize_t singles, double *logits) noexcept nogil:
        """Look the keys up, count the rows found, and add what they weigh. How many of the first `singles` keys are
        found; -1 where the table is damaged or memory is short."""
        cdef Py_ssize_t i, known = 0, found = 0, place
        cdef uint64_t key, slot, ahead, index_mask
        cdef uint32_t tag, row
        cdef int probe, label
        cdef const float *entry
        cdef double value, norm = 0
        if not reserve_index(scratch):
            return -1
        index_mask = scratch.index_room - 1
        for i in range(scratch.key_count):
            if i + AHEAD < scratch.key_count:
                NV_PREFETCH(&self.slots[2 * (scratch.keys[i + AHEAD] & self.mask)])
            key = scratch.keys[i]
            tag = <uint32_t>(key >> 32)
            row = 0
            for probe in range(self.probes):
                slot = 2 * ((key + <uint64_t>probe) & self.mask)
                row = self.slots[slot + 1]
                if row == 0 or self.slots[slot] == tag:
                    break
                row = 0
            if row == 0:
                continue
            if row > self.size:
                return -1
            known += i < singles
            row -= 1
            ahead = (row * K1 >> 20) & index_mask
            while scratch.index[ahead] and scratch.rows[scratch.index[ahead] - 1] != row:
                ahead = (ahead + 1) & index_mask
            if scratch.index[ahead]:
                scratch.counts[scratch.index[ahead] - 1] += 1
            else:
                NV_PREFETCH(&self.rows[<uint64_t>row * (self.labels + 1)])
                scratch.rows[found] = row
                scratch.counts[found] = 1
                found += 1
                scratch.index[ahead] = <uint32_t>found
        for label in range(self.labels):
            scratch.sums[label] = 0
        for place in range(found):
            entry = &self.rows[<uint64_t>scratch.rows[place] * (self.labels + 1)]
            value = (TF[scratch.counts[place]] if scratch.counts[place] < LOGS else 1 + log(scratch.counts[place])) * entry[0]
            norm += value * value
            for label in range(self.labels):
                scratch.sums[label] += value * entry[1 + label]
        if norm > 0:
            norm = sqrt(norm)
            for label in range(self.labels):
                logits[label] += scratch.sums[label] / norm
        return known


cdef void lower(Text *text, uint32_t *out) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint32_t character
    for i in range(text.length):
        character = PyUnicode_READ(text.kind, text.data, i)
        out[i] = ASCII_LOWER[character] if character < 128 else Py_UNICODE_TOLOWER(character)


cdef Py_ssize_t count_words(const uint32_t *characters, Py_ssize_t length) noexcept nogil:
    cdef Py_ssize_t i, run = 0, words = 0
    for i in range(length):
        if kind_of(characters[i]) & WORD:
            run += 1
            words += run == 2
        else:
            run = 0
    return words


cdef bint hash_words(
    Scratch *scratch, Py_ssize_t length, Py_ssize_t words, Space *space
) noexcept nogil:
    """The keys of single words first, then those of chains of two, and so on."""
    cdef Py_ssize_t i, run = 0, at = 0, start
    cdef uint64_t h = space.seed, key
    cdef uint64_t *hashes
    cdef int n, follower
    if not reserve_keys(scratch, words * (space.max_n - space.min_n + 2)):
        return False
    # The hashes stand behind all keys, and are overwritten by none.
    hashes = scratch.keys + words * (space.max_n - space.min_n + 1)
    for i in range(length + 1):
        if i < length and kind_of(scratch.characters[i]) & WORD:
            h = (h ^ scratch.characters[i]) * K1
            run += 1
        elif run:
            if run > 1:
                hashes[at] = h
                at += 1
            run = 0
            h = space.seed
    scratch.key_count = 0
    for n in range(space.min_n, space.max_n + 1):
        for start in range(words - n + 1):
            h = hashes[start]
            for follower in range(1, n):
                h = h * K2 + hashes[start + follower]
            scratch.keys[scratch.key_count] = mix(h)
            scratch.key_count += 1
    return True


cdef bint hash_characters(
    Scratch *scratch, Py_ssize_t length, Space *space
) noexcept nogil:
    cdef Py_ssize_t i, start, end, first = -1, padded
    cdef int n
    cdef uint64_t h
    # A run of k characters, padded to k + 2, has at most k + 2 n-grams of each length.
    if not reserve_keys(scratch, (2 * length + 2) * (space.max_n - space.min_n + 1)):
        return False
    scratch.key_count = 0
    for i in range(length + 1):
        if i < length and not kind_of(scratch.characters[i]) & SPACE:
            if first < 0:
                first = i
            continue
        if first < 0:
            continue
        padded = i - first + 2
        for start in range(padded):
            h = space.seed
            for end in range(start, min(start + space.max_n, padded)):
                if end == 0 or end == padded - 1:
                    h = (h ^ 32) * K1
                else:
                    h = (h ^ scratch.characters[first + end - 1]) * K1
                n = <int>(end - start + 1)
                if n >= space.min_n or (start == 0 and n == padded):
                    scratch.keys[scratch.key_count] = mix(h)
                    scratch.key_count += 1
        first = -1
    return True


cdef bint reserve_text(Scratch *scratch, Py_ssize_t length, int labels) noexcept nogil:
    cdef void *grown
    if not scratch.sums:
        scratch.sums = <double *>malloc(labels * sizeof(double))
        if not scratch.sums:
            scratch.failed = True
            return False
    if length > scratch.room or not scratch.characters:
        grown = realloc(scratch.characters, (2 * length + 1) * sizeof(uint32_t))
        if not grown:
            scratch.failed = True
            return False
        scratch.characters = <uint32_t *>grown
        scratch.room = 2 * length
    return True


cdef bint reserve_keys(Scratch *scratch, Py_ssize_t count) noexcept nogil:
    cdef void *grown
    if count > scratch.key_room or not scratch.keys:
        free(scratch.keys)
        free(scratch.rows)
        free(scratch.counts)
        scratch.key_room = 2 * count + 1
        scratch.keys = <uint64_t *>malloc(scratch.key_room * sizeof(uint64_t))
        scratch.rows = <uint32_t *>malloc(scratch.key_room * sizeof(uint32_t))
        scratch.counts = <uint32_t *>malloc(scratch.key_room * sizeof(uint32_t))
        if not scratch.keys or not scratch.rows or not scratch.counts:
            scratch.key_room = 0
            scratch.failed = True
            return False
    return True


cdef bint reserve_index(Scratch *scratch) noexcept nogil:
    """An empty index, at most half full when every key is a row of its own."""
    cdef Py_ssize_t i, room = 64
    while room < 2 * scratch.key_count:
        room *= 2
    if room > scratch.index_room or room * 8 < scratch.index_room:
        free(scratch.index)
        scratch.index = <uint32_t *>malloc(room * sizeof(uint32_t))
        if not scratch.index:
            scratch.index_room = 0
            scratch.failed = True
            return False
        scratch.index_room = room
    for i in range(scratch.index_room):
        scratch.index[i] = 0
    return True


_threads = None


def _pool():
    """The threads that share the work, started at first use."""
    global _threads
    if _threads is None:
        from concurrent.futures import ThreadPoolExecutor  # a slow import, which one article does not need

        _threads = ThreadPoolExecutor(os.cpu_count(), "newsvane")
    return _threads
