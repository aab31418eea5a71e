// The hot paths of two designs in C, to be run beside the Go ones (bench/ratios): what does it cost to write the
// lab in Go? Written for this, with the data and the steps of allocators/sfbuf and allocators/lwbuf with objcache: the
// same hash, freelist, refcnt, critical sections, 1024-bit cpumask, magazines of 64, one PTE store a mapping. TLB work has no
// price here, as it has none in the Go benchmarks (--ipi-cost none). What only the lab has is not here: charging, counters,
// the oracles, the TLB, looking for IPIs. The ratio is what all that costs, and Go.
//
//	cc -O2 -pthread -o hotpath hotpath.c
//	hotpath sfbuf|lwbuf|magazine THREADS PAIRS    prints the nanoseconds of one alloc+free pair of one thread
//
// magazine is the object cache of lwbuf alone: get and put.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORDS = 16, NBUFS = 1024, ROUNDS = 64, MAXTHREADS = 64, LINE = 128 };

typedef struct { uint64_t w[WORDS]; } cpumask;

static inline int mask_has(const cpumask *m, int id) { return m->w[id / 64] >> (id % 64) & 1; }
static inline void mask_add(cpumask *m, int id) { m->w[id / 64] |= 1ull << (id % 64); }
// Cleared in vectors: gcc -O2 makes of memset, and of a loop, a rep stos, which takes five times as long as all the rest.
typedef uint64_t vec __attribute__((vector_size(16), may_alias, aligned(8)));
static inline void mask_zero(cpumask *m) {
	for (int i = 0; i < WORDS; i += 8) {
		vec *v = (vec *)&m->w[i];
		v[0] = v[1] = v[2] = v[3] = (vec){0, 0};
	}
}
static inline void mask_only(cpumask *m, int id) { mask_zero(m); mask_add(m, id); }

static inline void ccfence(void) { __asm__ volatile("" ::: "memory"); }
static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#else
	ccfence();
#endif
}

// A test-and-test-and-set spinlock with backoff, as the live engine's.
typedef struct { _Alignas(LINE) atomic_int held; } spinlock;

static void spin_slow(spinlock *l) {
	for (int wait = 4;; wait = wait < 256 ? 2 * wait : wait) {
		while (atomic_load_explicit(&l->held, memory_order_relaxed))
			for (int i = 0; i < wait; i++) relax();
		int no = 0;
		if (atomic_compare_exchange_weak(&l->held, &no, 1)) return;
	}
}
static inline void spin_lock(spinlock *l) {
	int no = 0;
	if (!atomic_compare_exchange_strong(&l->held, &no, 1)) spin_slow(l);
}
static inline void spin_unlock(spinlock *l) { atomic_store_explicit(&l->held, 0, memory_order_release); }

// crit_enter and crit_exit of sys/thread2.h: a counter, and a look whether an interrupt came meanwhile.
static struct thread { _Alignas(LINE) int crit, pending; } thread[MAXTHREADS];
static __attribute__((noinline)) void splz(void) { abort(); } // none comes
static inline void crit_enter(int self) { thread[self].crit++; ccfence(); }
static inline void crit_exit(int self) {
	ccfence();
	if (--thread[self].crit == 0 && thread[self].pending) splz();
}

static uint64_t *pte; // one kernel page-table entry for each KVA page

// sf_buf: kern_sfbuf.c of 2009, the path of a hit (docs/DESIGNS.md, sfbuf).
struct sf_buf {
	struct sf_buf *hash_next, **hash_prev, *free_next;
	void *m;
	uint32_t kva;
	int refcnt, flags;
	cpumask mask;
};
enum { ONFREEQ = 2 };
static struct {
	spinlock lock;
	struct sf_buf **hash;
	struct sf_buf *first, **last, *bufs;
	int nsffree, want;
} sf;

static void sf_append(struct sf_buf *b) { b->free_next = NULL; *sf.last = b; sf.last = &b->free_next; }

static void sf_init(void) {
	sf.hash = calloc(NBUFS, sizeof *sf.hash);
	sf.bufs = calloc(NBUFS, sizeof *sf.bufs);
	sf.last = &sf.first;
	for (int i = 0; i < NBUFS; i++) {
		sf.bufs[i].kva = i, sf.bufs[i].flags = ONFREEQ;
		sf_append(&sf.bufs[i]);
	}
	sf.nsffree = NBUFS;
}

static struct sf_buf *sf_take(void *m, uint32_t page) {
	struct sf_buf *b;
	for (;;) {
		b = sf.first;
		if (!b) abort(); // the benchmark never empties the list
		if (!(sf.first = b->free_next)) sf.last = &sf.first;
		b->flags &= ~ONFREEQ, sf.nsffree--;
		if (b->refcnt == 0) break;
	}
	if (b->m) {
		if (b->hash_next) b->hash_next->hash_prev = b->hash_prev;
		*b->hash_prev = b->hash_next;
	}
	struct sf_buf **head = &sf.hash[page & (NBUFS - 1)];
	if ((b->hash_next = *head)) (*head)->hash_prev = &b->hash_next;
	*head = b, b->hash_prev = head;
	b->m = m, b->refcnt = 1;
	return b;
}

static __attribute__((noinline)) struct sf_buf *sf_buf_alloc(void *m, uint32_t page, int self) {
	spin_lock(&sf.lock);
	crit_enter(self);
	struct sf_buf *b = sf.hash[page & (NBUFS - 1)];
	while (b && b->m != m) b = b->hash_next;
	if (b) {
		b->refcnt++;
		if (!mask_has(&b->mask, self)) mask_add(&b->mask, self); // kenter_sync_quick
	} else {
		b = sf_take(m, page);
		pte[b->kva] = (uint64_t)page << 12 | 3; // kenter_quick
		mask_only(&b->mask, self);
	}
	crit_exit(self);
	spin_unlock(&sf.lock);
	return b;
}

static __attribute__((noinline)) void sf_buf_free(struct sf_buf *b, int self) {
	spin_lock(&sf.lock);
	crit_enter(self);
	if (b->refcnt == 0) abort();
	if (--b->refcnt == 0 && !(b->flags & ONFREEQ)) {
		sf_append(b);
		b->flags |= ONFREEQ, sf.nsffree++;
	}
	crit_exit(self);
	spin_unlock(&sf.lock);
}

// lwbuf on an objcache: per-CPU magazines, no lock (docs/DESIGNS.md, lwbuf and objcache).
struct lwbuf { void *m; uint32_t kva; cpumask mask; };
struct magazine { int rounds; void *slot[ROUNDS]; };
struct percpu { _Alignas(LINE) struct magazine *loaded, *previous; };
static struct percpu cache[MAXTHREADS];

static void mag_init(void) {
	for (int t = 0; t < MAXTHREADS; t++) {
		cache[t].loaded = calloc(1, sizeof(struct magazine));
		cache[t].previous = calloc(1, sizeof(struct magazine));
		struct lwbuf *b = calloc(1, sizeof *b);
		b->kva = t; // neighbours in the page table, as the kernel map gives them
		cache[t].loaded->slot[cache[t].loaded->rounds++] = b;
	}
}

static __attribute__((noinline)) void *objcache_get(int self) {
	crit_enter(self);
	struct percpu *p = &cache[self];
	if (p->loaded->rounds == 0) {
		if (p->previous->rounds == 0) abort();
		struct magazine *x = p->loaded;
		p->loaded = p->previous, p->previous = x;
	}
	void *o = p->loaded->slot[--p->loaded->rounds];
	crit_exit(self);
	return o;
}

static __attribute__((noinline)) void objcache_put(void *o, int self) {
	crit_enter(self);
	struct percpu *p = &cache[self];
	if (p->loaded->rounds == ROUNDS) {
		if (p->previous->rounds == ROUNDS) abort();
		struct magazine *x = p->loaded;
		p->loaded = p->previous, p->previous = x;
	}
	p->loaded->slot[p->loaded->rounds++] = o;
	crit_exit(self);
}

static __attribute__((noinline)) struct lwbuf *lwbuf_alloc(void *m, uint32_t page, int self) {
	struct lwbuf *b = objcache_get(self);
	if (b->m) abort();
	b->m = m;
	mask_only(&b->mask, self);
	pte[b->kva] = (uint64_t)page << 12 | 3;
	return b;
}

static __attribute__((noinline)) void lwbuf_free(struct lwbuf *b, int self) {
	if (!b->m) abort();
	b->m = NULL;
	mask_zero(&b->mask);
	objcache_put(b, self);
}

// The benchmark: THREADS threads, each pinned, each PAIRS times alloc and free over 64 pages of its own.
static long pairs;
static int threads;
static char kind;
static atomic_long arrived;
static double took;
static char pages[4096 * 4];

static void meet(long round) { // the Go benchmark waits in the same way
	atomic_fetch_add(&arrived, 1);
	while (atomic_load(&arrived) < round * threads) sched_yield();
}

static void loop(int self, long n) {
	for (long i = 0; i < n; i++) {
		uint32_t page = self * 64 + (i & 63);
		switch (kind) {
		case 's': sf_buf_free(sf_buf_alloc(&pages[page], page, self), self); break;
		case 'l': lwbuf_free(lwbuf_alloc(&pages[page], page, self), self); break;
		default: objcache_put(objcache_get(self), self);
		}
	}
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void *body(void *arg) {
	int self = (int)(intptr_t)arg;
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(self, &set);
	pthread_setaffinity_np(pthread_self(), sizeof set, &set); // best effort
	loop(self, pairs / 10 + 64);                               // warms up
	meet(1);
	double since = now();
	meet(2);
	loop(self, pairs);
	meet(3);
	if (self == 0) took = now() - since;
	return NULL;
}

int main(int argc, char **argv) {
	if (argc != 4 || (strcmp(argv[1], "sfbuf") && strcmp(argv[1], "lwbuf") && strcmp(argv[1], "magazine"))) {
		fprintf(stderr, "usage: hotpath sfbuf|lwbuf|magazine THREADS PAIRS\n");
		return 2;
	}
	kind = argv[1][0];
	threads = atoi(argv[2]);
	pairs = atol(argv[3]);
	if (threads < 1 || threads > MAXTHREADS || pairs < 10) {
		fprintf(stderr, "hotpath: 1 to %d threads, at least 10 pairs\n", MAXTHREADS);
		return 2;
	}
	pte = calloc(MAXTHREADS * 64 + NBUFS, sizeof *pte);
	sf_init(), mag_init();
	pthread_t t[MAXTHREADS];
	for (int i = 0; i < threads; i++) pthread_create(&t[i], NULL, body, (void *)(intptr_t)i);
	for (int i = 0; i < threads; i++) pthread_join(t[i], NULL);
	printf("%.2f\n", took / pairs);
	return 0;
}
