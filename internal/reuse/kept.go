package reuse

// Kept is memory that is asked for in the same order again and again: what is made when a design is built. The zero
// value is empty.
type Kept struct {
	list []any // *T, or *[]T of a slice
	next int
}

// Again makes all of the memory available.
func (k *Kept) Again() { k.next = 0 }

// take returns the next *T, which is to be written as a whole.
func take[T any](k *Kept) *T {
	if k.next == len(k.list) {
		k.list = append(k.list, new(T))
	}
	p, ok := k.list[k.next].(*T)
	if !ok {
		p = new(T)
		k.list[k.next] = p
	}
	k.next++
	return p
}

// New returns a pointer to v in the next memory of k.
func New[T any](k *Kept, v T) *T {
	p := take[T](k)
	*p = v
	return p
}

// Slice returns n zero values in the next memory of k.
func Slice[T any](k *Kept, n int) []T {
	p := take[[]T](k)
	*p = Zeros(*p, n)
	return *p
}

// Text returns a + b, which is most often what it was the time before.
func Text(k *Kept, a, b string) string {
	p := take[string](k)
	if *p != a+b { // which does not allocate
		*p = a + b
	}
	return *p
}
