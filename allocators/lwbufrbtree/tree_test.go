package lwbufrbtree

import (
	"fmt"
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

// TestTree inserts, finds and removes keys at random beside a B-tree, and looks at the whole tree after each step.
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
					e := &elem{node: node{key: key}}
					tree.insert(c, e)
					oracle.Set(key, e)
				} else {
					tree.remove(c, want)
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

// TestTreeWithoutCPU: without a CPU the tree does the same, free of charge.
func TestTreeWithoutCPU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 300), 1, 100, rapid.ID[uint32]).Draw(t, "keys")
		gone := rapid.Permutation(keys).Draw(t, "gone")
		onCPU(t, func(c *mmu.CPU) error {
			var tree rbtree
			var oracle btree.Map[uint32, *elem]
			for _, key := range keys {
				e := &elem{node: node{key: key}}
				tree.insert(c, e)
				oracle.Set(key, e)
			}
			before := c.Now()
			for _, key := range gone {
				e, _ := oracle.Delete(key)
				tree.remove(nil, e)
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

// checkTree holds a tree to the order and the elements of the oracle, and to the red-black properties.
func checkTree(t *rbtree, oracle *btree.Map[uint32, *elem]) error {
	var got []*elem
	if _, err := checkNode(t.root, nil, &got); err != nil {
		return err
	}
	if t.root != nil && t.root.red {
		return fmt.Errorf("the root is red")
	}
	if want := oracle.Values(); !slices.Equal(got, want) {
		return fmt.Errorf("%d elements, want %d, or another order", len(got), len(want))
	}
	return nil
}

// checkNode appends the elements below e in order and returns how many black nodes each way down has.
func checkNode(e, parent *elem, got *[]*elem) (black int, err error) {
	if e == nil {
		return 1, nil
	}
	left, err := checkNode(e.left, e, got)
	if err != nil {
		return 0, err
	}
	*got = append(*got, e)
	right, err := checkNode(e.right, e, got)
	switch {
	case err != nil:
		return 0, err
	case e.parent != parent:
		return 0, fmt.Errorf("%d has a wrong parent", e.key)
	case e.red && (isRed(e.left) || isRed(e.right)):
		return 0, fmt.Errorf("%d and a child are red", e.key)
	case left != right:
		return 0, fmt.Errorf("below %d: %d black nodes to the left, %d to the right", e.key, left, right)
	}
	if !e.red {
		left++
	}
	return left, nil
}

// TestTreeDepth: 1,024 keys in ascending order stand at most 2 log2(n+1) deep, and finding one costs a comparison for each
// level.
func TestTreeDepth(t *testing.T) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(func(c *mmu.CPU) error {
		var tree rbtree
		for key := range uint32(1024) {
			tree.insert(c, &elem{node: node{key: key}})
		}
		for key := range uint32(1024) {
			before := c.Now()
			e := tree.find(c, key)
			levels := mmu.Cycles(0)
			for ; e != nil; e = e.parent {
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
