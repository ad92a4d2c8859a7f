// SHA-256 of FIPS 180-4 over two independent streams, with the SHA extensions.

#include <cpuid.h>
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define SHA_NI __attribute__((target("sha,sse4.1")))
#define PART static inline __attribute__((always_inline)) SHA_NI

// FIPS 180-4, 4.2.2.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The instructions keep the eight words of a hash, A to H, as ABEF and CDGH.
typedef struct {
	__m128i abef, cdgh;
} hash_state;

PART hash_state load(const uint32_t *h) {
	__m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0xB1);
	__m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(h + 4)), 0x1B);
	hash_state s = {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0)};
	return s;
}

PART void store(uint32_t *h, hash_state s) {
	__m128i feba = _mm_shuffle_epi32(s.abef, 0x1B);
	__m128i dchg = _mm_shuffle_epi32(s.cdgh, 0xB1);
	_mm_storeu_si128((__m128i *)h, _mm_blend_epi16(feba, dchg, 0xF0));
	_mm_storeu_si128((__m128i *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

PART hash_state add(hash_state s, hash_state t) {
	s.abef = _mm_add_epi32(s.abef, t.abef);
	s.cdgh = _mm_add_epi32(s.cdgh, t.cdgh);
	return s;
}

// schedule returns the i-th four of the 64 words that a block becomes. w holds
// the four before, in a ring.
PART __m128i schedule(__m128i *w, const uint8_t *block, int i) {
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	if (i < 4) {
		return w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * i)), big_endian);
	}
	__m128i last = w[(i + 3) & 3];
	__m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
	return w[i & 3] = _mm_sha256msg2_epu32(sum, last);
}

// hash_two continues the hash x with as many blocks of 64 bytes from a, and y with b.
SHA_NI static void hash_two(uint32_t *x, const uint8_t *a, uint32_t *y, const uint8_t *b, size_t blocks) {
	hash_state s = load(x), t = load(y);
	for (; blocks > 0; blocks--, a += 64, b += 64) {
		hash_state s_before = s, t_before = t;
		__m128i v[4], w[4];
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i k = _mm_load_si128((const __m128i *)(constants + 4 * i));
			__m128i p = _mm_add_epi32(schedule(v, a, i), k);
			__m128i q = _mm_add_epi32(schedule(w, b, i), k);
			s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, p);
			t.cdgh = _mm_sha256rnds2_epu32(t.cdgh, t.abef, q);
			p = _mm_shuffle_epi32(p, 0x0E);
			q = _mm_shuffle_epi32(q, 0x0E);
			s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, p);
			t.abef = _mm_sha256rnds2_epu32(t.abef, t.cdgh, q);
		}
		s = add(s, s_before);
		t = add(t, t_before);
	}
	store(x, s);
	store(y, t);
}

// can_hash_two reports whether the processor has what hash_two needs.
static int can_hash_two(void) {
	const unsigned ssse3 = 1u << 9, sse41 = 1u << 19, sha = 1u << 29;
	unsigned a, b, c, d;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & ssse3) || !(c & sse41)) {
		return 0;
	}
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & sha);
}
