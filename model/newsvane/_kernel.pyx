# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Scoring with a table, in native code: the functions of `kernel`, which is the reference and says what they do.

It is bound by the latency of memory: a look-up in the table misses the cache. So the work on a document goes in
steps, each asking early for what the next will read: hash the n-grams; read the slots, some ahead being on their
way; sum the rows. The interpreter lock is not held, so threads can score blocks of documents at the same time.
"""

import array

from newsvane.errors import ModelError

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.math cimport log, sqrt
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset


cdef extern from *:
    """
    /* Into the second level of cache: more is asked for at a time than the first holds. */
    #if defined(__GNUC__) || defined(__clang__)
    #define NV_PREFETCH(address) __builtin_prefetch(address, 0, 2)
    #else
    #define NV_PREFETCH(address)
    #endif
    """
    void NV_PREFETCH(const void *address) nogil

cdef extern from "Python.h":
    # The tables of Unicode that the running Python itself uses; they need no lock.
    Py_UCS4 Py_UNICODE_TOLOWER(Py_UCS4 character) nogil
    bint Py_UNICODE_ISALNUM(Py_UCS4 character) nogil
    bint Py_UNICODE_ISSPACE(Py_UCS4 character) nogil

ctypedef fused Unit:
    # Python holds a string in units of one, two or four bytes, as its widest character needs.
    unsigned char
    unsigned short
    unsigned int

cdef uint64_t K1 = 0x9E3779B97F4A7C15
cdef uint64_t K2 = 0xD6E8FEB86659FD93
cdef uint64_t K3 = 0xFF51AFD7ED558CCD

cdef enum:
    AHEAD = 32  # so many look-ups are under way at once
    LOGS = 256
    WORD = 1
    SPACE = 2

cdef uint8_t[256] LATIN_KIND
cdef uint8_t[256] LATIN_LOWER
cdef double[LOGS] TF

cdef int _index
for _index in range(256):
    LATIN_KIND[_index] = kind_of(_index)
    LATIN_LOWER[_index] = Py_UNICODE_TOLOWER(_index)
TF[0] = 0
for _index in range(1, LOGS):
    TF[_index] = 1 + log(_index)


cdef inline uint8_t kind_of(uint32_t character) noexcept nogil:
    if character == 95 or Py_UNICODE_ISALNUM(character):  # as \\w of the re module
        return WORD
    return SPACE if Py_UNICODE_ISSPACE(character) else 0


cdef inline uint64_t mix(uint64_t h) noexcept nogil:
    h ^= h >> 32
    h *= K3
    return h ^ (h >> 29)


cdef struct Space:
    # One way of reading a field, with the seed of its hashes.
    int field
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
    uint32_t *characters     # in lower case; only where a namespace of the field reads characters
    uint8_t *kinds           # WORD, SPACE or 0 for each
    uint64_t *hashes         # of each word
    Py_ssize_t words
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
    cdef object characters  # for each field, whether a namespace reads them
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
        self.characters = [
            any(namespace.analyzer == "char_wb" and namespace.field == field for namespace in table.namespaces)
            for field in table.fields
        ]
        for index, namespace in enumerate(table.namespaces):
            self.spaces[index] = Space(
                table.fields.index(namespace.field), namespace.analyzer == "char_wb",
                namespace.min_n, namespace.max_n, seeds[index],
            )

    def __dealloc__(self):
        free(self.spaces)

    def score(self, columns):
        """The scores of documents, as (logits, words, known), in order; `columns` holds the texts of each field."""
        cdef Py_ssize_t count = len(columns[0])
        logits = array.array("d", bytes(self.intercepts) * count)
        words, known = (array.array("q", bytes(8 * count)) for _ in range(2))
        for field, column in enumerate(columns):
            # Two letters whose lower case is not one letter, or depends on its neighbours: Python's own lower() knows.
            texts = [text.lower() if "\u0130" in text or "\u03a3" in text else text for text in column]
            self._score_field(texts, field, logits, words, known)
        rows = logits.tolist()
        return [(tuple(rows[self.labels * i : self.labels * (i + 1)]), words[i], known[i]) for i in range(count)]

    def _score_field(self, list texts, int field, double[::1] logits, int64_t[::1] words, int64_t[::1] known):
        cdef Py_ssize_t count = len(texts), i
        cdef Scratch scratch
        cdef Text *places = <Text *>malloc(max(count, 1) * sizeof(Text))
        cdef int bad = 0
        cdef bint characters = self.characters[field]
        if not places:
            raise MemoryError
        memset(&scratch, 0, sizeof(Scratch))
        for i in range(count):
            text = texts[i]
            places[i] = Text(PyUnicode_DATA(text), PyUnicode_KIND(text), PyUnicode_GET_LENGTH(text))
        with nogil:
            for i in range(count):
                if not places[i].length:
                    continue
                bad = self._add(
                    &places[i], field, characters, &scratch,
                    &logits[i * self.labels], &words[i], &known[i],
                )
                if bad:
                    break
        free(places)
        free(scratch.characters)
        free(scratch.kinds)
        free(scratch.hashes)
        free(scratch.keys)
        free(scratch.rows)
        free(scratch.counts)
        free(scratch.index)
        free(scratch.sums)
        if scratch.failed:
            raise MemoryError
        if bad:
            raise ModelError(f"{self.path}: damaged: a slot names a row that is not there; train again")

    cdef int _add(
        self, Text *text, int field, bint characters, Scratch *scratch, double *logits, int64_t *words, int64_t *known
    ) noexcept nogil:
        """Add what a field of a document gives to its logits; the first field is the one whose words are counted.

        0 if all went well; 1 where the table is damaged or memory is short.
        """
        cdef int s
        cdef Py_ssize_t singles
        cdef bint counted = field > 0
        cdef Space *space
        if not reserve_text(scratch, text.length, self.labels):
            return 1
        if text.kind == 1:
            read_text(<const unsigned char *>text.data, text.length, characters, scratch)
        elif text.kind == 2:
            read_text(<const unsigned short *>text.data, text.length, characters, scratch)
        else:
            read_text(<const unsigned int *>text.data, text.length, characters, scratch)
        if field == 0:
            words[0] = known[0] = scratch.words
        for s in range(self.space_count):
            space = &self.spaces[s]
            if space.field != field:
                continue
            if not (hash_characters(scratch, text.length, space) if space.characters else hash_words(scratch, space)):
                return 1
            singles = self._sum(scratch, scratch.words if space.min_n == 1 and not space.characters else 0, logits)
            if singles == -1:
                return 1
            if space.min_n == 1 and not space.characters and not counted:
                known[0] = singles
                counted = True
        return 0

    cdef Py_ssize_t _sum(self, Scratch *scratch, Py_ssize_t singles, double *logits) noexcept nogil:
        """Look the keys up, count the rows found, and add what they weigh. How many of the first `singles` keys are
        found; -1 where the table is damaged or memory is short."""
        cdef Py_ssize_t i, known = 0, found = 0, place
        cdef Py_ssize_t count = scratch.key_count, width = self.labels + 1
        cdef uint64_t key, slot, ahead, index_mask, mask = self.mask
        cdef uint32_t tag, row
        cdef int probe, label
        cdef double value, norm = 0
        # Held in locals: the compiler cannot know that what is written below does not change where these lie.
        cdef const uint32_t *slots = &self.slots[0]
        cdef const float *rows = &self.rows[0] if self.size else NULL
        cdef const float *entry
        cdef uint64_t *keys = scratch.keys
        cdef uint32_t *found_rows = scratch.rows
        cdef uint32_t *counts = scratch.counts
        cdef uint32_t *index
        cdef double *sums = scratch.sums
        if not reserve_index(scratch):
            return -1
        index = scratch.index
        index_mask = scratch.index_room - 1
        for i in range(min(AHEAD, count)):
            NV_PREFETCH(&slots[2 * (keys[i] & mask)])
        for i in range(count):
            if i + AHEAD < count:
                NV_PREFETCH(&slots[2 * (keys[i + AHEAD] & mask)])
            key = keys[i]
            tag = <uint32_t>(key >> 32)
            row = 0
            for probe in range(self.probes):
                slot = 2 * ((key + <uint64_t>probe) & mask)
                row = slots[slot + 1]
                if row == 0 or slots[slot] == tag:
                    break
                row = 0
            if row == 0:
                continue
            if row > self.size:
                return -1
            known += i < singles
            row -= 1
            ahead = (row * K1 >> 20) & index_mask
            while index[ahead] and found_rows[index[ahead] - 1] != row:
                ahead = (ahead + 1) & index_mask
            if index[ahead]:
                counts[index[ahead] - 1] += 1
            else:
                found_rows[found] = row
                counts[found] = 1
                found += 1
                index[ahead] = <uint32_t>found
        for label in range(self.labels):
            sums[label] = 0
        for place in range(min(AHEAD, found)):
            fetch(rows + <uint64_t>found_rows[place] * width, width)
        for place in range(found):
            if place + AHEAD < found:
                fetch(rows + <uint64_t>found_rows[place + AHEAD] * width, width)
            entry = rows + <uint64_t>found_rows[place] * width
            value = (TF[counts[place]] if counts[place] < LOGS else 1 + log(counts[place])) * entry[0]
            norm += value * value
            for label in range(self.labels):
                sums[label] += value * entry[1 + label]
        if norm > 0:
            norm = sqrt(norm)
            for label in range(self.labels):
                logits[label] += sums[label] / norm
        return known


cdef inline void fetch(const float *entry, Py_ssize_t width) noexcept nogil:
    """Ask for the first lines of cache that an entry lies on."""
    NV_PREFETCH(entry)
    NV_PREFETCH(entry + min(width, 16) - 1)


cdef void read_text(const Unit *text, Py_ssize_t length, bint keep, Scratch *scratch) noexcept nogil:
    """Hash the words of a text in lower case; `keep` the characters too, for the namespaces that read them."""
    cdef Py_ssize_t i, run = 0
    cdef uint64_t h = K3
    cdef uint32_t character
    cdef uint8_t kind
    scratch.words = 0
    for i in range(length):
        character = text[i]
        if character < 256:
            kind = LATIN_KIND[character]
            character = LATIN_LOWER[character]
        else:
            character = Py_UNICODE_TOLOWER(character)
            kind = kind_of(character)
        if keep:
            scratch.characters[i] = character
            scratch.kinds[i] = kind
        if kind == WORD:
            h = (h ^ character) * K1
            run += 1
        else:
            # A run of one character is no word: its hash is overwritten.
            scratch.hashes[scratch.words] = h
            scratch.words += run > 1
            run = 0
            h = K3
    scratch.hashes[scratch.words] = h
    scratch.words += run > 1


cdef bint hash_words(Scratch *scratch, Space *space) noexcept nogil:
    """The keys of single words first, then those of chains of two, and so on."""
    cdef Py_ssize_t start, words = scratch.words
    cdef uint64_t h, salt = space.seed
    cdef int n, follower
    if not reserve_keys(scratch, words * (space.max_n - space.min_n + 1)):
        return False
    scratch.key_count = 0
    for n in range(space.min_n, space.max_n + 1):
        for start in range(words - n + 1):
            h = scratch.hashes[start]
            for follower in range(1, n):
                h = h * K2 + scratch.hashes[start + follower]
            scratch.keys[scratch.key_count] = mix(h ^ salt)
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
        if i < length and scratch.kinds[i] != SPACE:
            if first < 0:
                first = i
            continue
        if first < 0:
            continue
        padded = i - first + 2
        for start in range(padded):
            h = K3
            for end in range(start, min(start + space.max_n, padded)):
                if end == 0 or end == padded - 1:
                    h = (h ^ 32) * K1
                else:
                    h = (h ^ scratch.characters[first + end - 1]) * K1
                n = <int>(end - start + 1)
                if n >= space.min_n or (start == 0 and n == padded):
                    scratch.keys[scratch.key_count] = mix(h ^ space.seed)
                    scratch.key_count += 1
        first = -1
    return True


cdef bint reserve_text(Scratch *scratch, Py_ssize_t length, int labels) noexcept nogil:
    if not scratch.sums:
        scratch.sums = <double *>malloc(labels * sizeof(double))
    if length > scratch.room or not scratch.hashes:
        free(scratch.characters)
        free(scratch.kinds)
        free(scratch.hashes)
        scratch.room = 2 * length
        scratch.characters = <uint32_t *>malloc((scratch.room + 1) * sizeof(uint32_t))
        scratch.kinds = <uint8_t *>malloc(scratch.room + 1)
        scratch.hashes = <uint64_t *>malloc((scratch.room // 2 + 2) * sizeof(uint64_t))  # a word has two characters
    scratch.failed = not (scratch.sums and scratch.characters and scratch.kinds and scratch.hashes)
    return not scratch.failed


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
    cdef Py_ssize_t room = 64
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
    memset(scratch.index, 0, scratch.index_room * sizeof(uint32_t))
    return True
