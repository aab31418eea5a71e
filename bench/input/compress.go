package input

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

const (
	bufferSize = 64 << 10
	maxLayers  = 3        // of compression, nested
	maxWindow  = 64 << 20 // bytes of a compressor's window that are allocated: xz -9 needs this much
)

// packing is a compression format, identified by its first bytes.
type packing struct {
	name  string
	magic string
	open  func(*bufio.Reader) (io.Reader, error) // nil: recognised and rejected
}

// packings lists the formats. Each open is bounded by maxWindow.
var packings = []packing{
	{"gzip", "\x1f\x8b", func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"bzip2", "BZh", func(r *bufio.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", "\x28\xb5\x2f\xfd", openZstd},
	{"xz", "\xfd7zXZ\x00", openXZ},
	{"zip", "PK\x03\x04", nil},
	{"7z", "7z\xbc\xaf\x27\x1c", nil},
	{"lz4", "\x04\x22\x4d\x18", nil},
	{"lzip", "LZIP", nil},
	{"compress", "\x1f\x9d", nil},
	{"lzop", "\x89LZO", nil},
}

// unpack undoes the compression that the first bytes indicate and returns its name, "gzip", or "" for none.
func unpack(in *bufio.Reader) (out *bufio.Reader, names string, err error) {
	for layer := 0; ; layer++ {
		p := packingOf(in)
		switch {
		case p == nil:
			return in, names, nil
		case p.open == nil:
			return nil, "", fmt.Errorf("it is a %s file, which lwbench does not read: unpack it first", p.name)
		case layer == maxLayers:
			return nil, "", fmt.Errorf("it is compressed more than %d times", maxLayers)
		}
		r, err := p.open(in)
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
			return nil, "", fmt.Errorf("the %s file ends early: copy it again (%w)", p.name, err)
		case err != nil:
			return nil, "", fmt.Errorf("broken %s file: %w", p.name, err)
		}
		if names != "" {
			names = " in " + names
		}
		names = p.name + names
		in = bufio.NewReaderSize(r, bufferSize)
	}
}

func packingOf(in *bufio.Reader) *packing {
	for i := range packings {
		p := &packings[i]
		if head, _ := in.Peek(len(p.magic)); string(head) == p.magic {
			return p
		}
	}
	return nil
}

func openZstd(r *bufio.Reader) (io.Reader, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxWindow))
}

// openXZ checks the dictionary size of the first block before the reader allocates it: the header may claim 4 GiB.
func openXZ(r *bufio.Reader) (io.Reader, error) {
	const header = 12 // bytes of the stream header; the block header's flags follow
	head, err := r.Peek(header + 5)
	if err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	block := head[header:]
	if block[0] != 0 && block[1]&0xc0 == 0 && bytes.HasPrefix(block[2:], []byte{0x21, 1}) { // LZMA2, one byte of properties
		if bits := block[4]; bits > 28 { // (2 | bits&1) << (bits/2 + 11): 28 is 64 MiB
			return nil, fmt.Errorf("its dictionary is larger than %d MiB: compress it with xz -9 or less", maxWindow>>20)
		}
	}
	return xz.NewReader(r)
}
