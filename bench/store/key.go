package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"lwbench/bench"
	"lwbench/bench/input"
	"lwbench/bench/record"
	"lwbench/mmu"
)

// version is that of the key and of the entries. A change makes every older entry unreachable.
const version = "lwbench-store 1"

// Key identifies a result by what determines it.
type Key [sha256.Size]byte

// String returns the key as 64 hexadecimal digits.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// ParseKey reads what String returns.
func ParseKey(text string) (k Key, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(k) {
		return k, fmt.Errorf("%q is not a key of %d hexadecimal digits", record.OneLine(text), 2*len(k))
	}
	copy(k[:], b)
	return k, nil
}

// Keys computes keys. Its methods are safe for concurrent use.
type Keys struct {
	sources  *Sources
	mu       sync.Mutex
	code     map[string]string    // digest of the source that a design's results depend on, by the design's name
	machines map[*mmu.Spec]string // digest of the figures
	inputs   map[string]string    // digest of the contents, by file name
}

// NewKeys returns the keys of a program with that source.
func NewKeys(files fs.FS) (*Keys, error) {
	sources, err := ReadSources(files)
	if err != nil {
		return nil, err
	}
	return &Keys{sources: sources, code: make(map[string]string), machines: make(map[*mmu.Spec]string), inputs: make(map[string]string)}, nil
}

// Cell returns the key of a cell. The key does not depend on which repetition of which seed a cell is, only on the seed
// that it runs with. A cell on real threads has no key, for its figures are of the moment; nor has one that reads
// standard input.
func (k *Keys) Cell(c *bench.Cell) (Key, error) {
	if !c.Engine.Exact {
		return Key{}, errors.New("figures of real threads differ from run to run: they are not kept")
	}
	code, err := k.Code(c.Design.Name)
	if err != nil {
		return Key{}, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\ncode %s\nmachine %s\nengine %s\nworkload %s\ndesign %s\ncpus %d\nseed %d\n",
		version, code, k.Machine(c.Machine), c.Engine.Name, c.Workload.Name, c.Design.Name, c.CPUs, c.Seed+uint64(c.Rep))
	for _, s := range c.Set {
		fmt.Fprintf(h, "set %q %q\n", s.Name, s.Value)
	}
	for _, s := range c.Param {
		fmt.Fprintf(h, "param %q %q\n", s.Name, s.Value)
	}
	fmt.Fprintf(h, "ops %d warmup %d\n", c.Ops, c.Warmup)
	if c.Engine.Exposes {
		fmt.Fprintln(h, "exposure")
	}
	if c.Until != nil {
		fmt.Fprintf(h, "until %+v\n", *c.Until)
	}
	if c.ReadsInput() {
		digest, err := k.input(c)
		if err != nil {
			return Key{}, err
		}
		fmt.Fprintf(h, "input %s\n", digest)
	}
	return Key(h.Sum(nil)), nil
}

// Code returns a digest of the source that results of a design depend on: the design's, the machine's, the workloads' and
// the runner's.
func (k *Keys) Code(design string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if text, ok := k.code[design]; ok {
		return text, nil
	}
	text, err := k.sources.Digest("bench", k.sources.Design(design))
	if err == nil {
		k.code[design] = text
	}
	return text, err
}

// Text returns a key of something else than a cell: of the text that describes it and of the source of the folders.
func (k *Keys) Text(text string, folders ...string) (Key, error) {
	code, err := k.sources.Digest(folders...)
	return sha256.Sum256([]byte(version + "\ncode " + code + "\n" + text)), err
}

// Machine returns a digest of the name and the figures of a machine.
func (k *Keys) Machine(m *mmu.Spec) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, ok := k.machines[m]
	if !ok {
		h := sha256.New()
		fmt.Fprintln(h, m.Name)
		for _, f := range m.Figures {
			fmt.Fprintln(h, f.Name, f.Value)
		}
		text = hex.EncodeToString(h.Sum(nil))
		k.machines[m] = text
	}
	return text
}

// input returns a digest of the contents of the cell's input file, which is read once.
func (k *Keys) input(c *bench.Cell) (string, error) {
	name := bench.Values(c.Param)[c.Workload.Input]
	if name == input.Stdin {
		return "", errors.New("what came from standard input cannot be had again: give the name of a file")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if text, ok := k.inputs[name]; ok {
		return text, nil
	}
	files := c.Files
	if files == nil {
		files = new(input.Files)
		defer func() { _ = files.Close() }()
	}
	in, err := files.Open(name)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return "", fmt.Errorf("cannot read %s: %w", input.Title(name), err)
	}
	k.inputs[name] = hex.EncodeToString(h.Sum(nil))
	return k.inputs[name], nil
}
