package lwbufrbtree

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/tidwall/btree"
	"pgregory.net/rapid"

	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// onCPU runs body on the only CPU of a machine.
func onCPU(t *rapid.T, body func(c *mmu.CPU) error) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(body); err != nil {
		t.Fatal(err)
	}
}

// TestTree inserts, finds and removes keys at random beside a B-tree, and checks the whole tree after each step.
func TestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.Uint32Range(0, 60), 1, 200).Draw(t, "keys")
		onCPU(t, func(c *mmu.CPU) error {
			var tree rbtree
			var oracle btree.Map[uint32, *elem]
			for i, key := range keys {
				want, _ := oracle.Get(key)
				if got := tree.find(c, key); got != want {
					return fmt.Errorf("step %d: found %v for %d, want %v", i, got, key, want)
				}
				if want == nil {
					e := tree.take()
					tree.insert(c, e, key)
					oracle.Set(key, e)
				} else {
					tree.remove(c, want)
					tree.give(want)
					oracle.Delete(key)
				}
				if err := checkTree(&tree, &oracle); err != nil {
					return fmt.Errorf("step %d, key %d: %w", i, key, err)
				}
			}
			return nil
		})
	})
}

// TestTreeWithoutCPU: without a CPU the tree does the same and charges nothing.
func TestTreeWithoutCPU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 300), 1, 100, rapid.ID[uint32]).Draw(t, "keys")
		gone := rapid.Permutation(keys).Draw(t, "gone")
		onCPU(t, func(c *mmu.CPU) error {
			var tree rbtree
			var oracle btree.Map[uint32, *elem]
			for _, key := range keys {
				e := tree.take()
				tree.insert(c, e, key)
				oracle.Set(key, e)
			}
			before := c.Now()
			for _, key := range gone {
				e, _ := oracle.Delete(key)
				tree.remove(nil, e)
				tree.give(e)
				if err := checkTree(&tree, &oracle); err != nil {
					return fmt.Errorf("without %d: %w", key, err)
				}
			}
			if c.Now() != before {
				return fmt.Errorf("%d cycles were charged", c.Now()-before)
			}
			return nil
		})
	})
}

// checkTree compares the order and the elements of a tree with the oracle and checks the red-black properties.
func checkTree(t *rbtree, oracle *btree.Map[uint32, *elem]) error {
	var got []*elem
	if _, err := t.check(t.root, 0, &got); err != nil {
		return err
	}
	if t.red != nil && (t.red[t.root] || t.red[0]) {
		return fmt.Errorf("the root is red, or nobody")
	}
	if want := oracle.Values(); !slices.Equal(got, want) {
		return fmt.Errorf("%d elements, want %d, or another order", len(got), len(want))
	}
	if n := oracle.Len() + len(t.free) + 1; len(t.links) > 0 && len(t.links) != n {
		return fmt.Errorf("%d places, want %d", len(t.links), n)
	}
	return nil
}

// check appends the elements below the place at in order and returns how many black nodes each way down has.
func (t *rbtree) check(at, parent place, got *[]*elem) (black int, err error) {
	if at == 0 {
		return 1, nil
	}
	n, e := t.links[at], t.elem(at)
	left, err := t.check(n.kids[0], at, got)
	if err != nil {
		return 0, err
	}
	*got = append(*got, e)
	right, err := t.check(n.kids[1], at, got)
	switch {
	case err != nil:
		return 0, err
	case t.up[at] != parent || e.at != at:
		return 0, fmt.Errorf("%d has a wrong parent or place", n.key)
	case t.red[at] && (t.red[n.kids[0]] || t.red[n.kids[1]]):
		return 0, fmt.Errorf("%d and a child are red", n.key)
	case left != right:
		return 0, fmt.Errorf("below %d: %d black nodes to the left, %d to the right", n.key, left, right)
	}
	if !t.red[at] {
		left++
	}
	return left, nil
}

// TestSizes: the data that a hit reads is laid out for the host's caches, and a place can index every element.
func TestSizes(t *testing.T) {
	if n := reflect.TypeFor[elem]().Size(); n != 32 {
		t.Errorf("an element has %d bytes, want 32", n)
	}
	if n := reflect.TypeFor[link]().Size(); n != 8 {
		t.Errorf("a link has %d bytes, want 8", n)
	}
	if last := int64(^place(0)); maxKnob.Max != last {
		t.Errorf("max goes to %d, places to %d", maxKnob.Max, last)
	}
}

// TestTreeDepth: 1,024 keys in ascending order are at most 2 log2(n+1) deep, and finding one costs a comparison for each
// level.
func TestTreeDepth(t *testing.T) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(func(c *mmu.CPU) error {
		var tree rbtree
		for key := range uint32(1024) {
			tree.insert(c, tree.take(), key)
		}
		for key := range uint32(1024) {
			before := c.Now()
			e := tree.find(c, key)
			levels := mmu.Cycles(0)
			for at := e.at; at != 0; at = tree.up[at] {
				levels++
			}
			if got := c.Now() - before; got != levels*c.Costs().Compare || levels > 20 {
				return fmt.Errorf("key %d: %d cycles, %d levels", key, got, levels)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
