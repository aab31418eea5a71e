package profile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/google/pprof/profile"
)

// maxFile bounds a profile file, packed and unpacked, in bytes. Profiles of lwbench have some hundred kilobytes.
const maxFile = 256 << 20

// Read reads a profile that lwbench has written. A truncated file and a profile of another program are errors: one line
// that names the file.
func Read(name string) (*profile.Profile, error) {
	st, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the profile: %w", err)
	}
	if st.IsDir() || st.Size() > maxFile {
		return nil, fmt.Errorf("cannot read the profile: %s is a directory or larger than any profile", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the profile: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile)) // a device may have no end
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("cannot read the profile: %w", err)
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: empty: not a profile", name)
	}
	data, err = unpacked(data)
	if err != nil {
		return nil, fmt.Errorf("%s: not a profile, or cut off: %w", name, err)
	}
	p, err := profile.ParseUncompressed(data)
	if err == nil {
		err = p.CheckValid()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: not a profile, or cut off: %q", name, err.Error())
	}
	if !Ours(p) {
		return nil, fmt.Errorf("%s: a profile of another program: use go tool pprof", name)
	}
	if len(p.Sample) == 0 {
		return nil, fmt.Errorf("%s: a profile without samples", name)
	}
	Relabel(p)
	return p, nil
}

// unpacked decompresses a profile. The bound protects against a small file that expands without limit.
func unpacked(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	data, err = io.ReadAll(io.LimitReader(z, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it unpacks to more than %d MiB", maxFile>>20)
	}
	return data, err
}

// Ours reports whether lwbench wrote the profile.
func Ours(p *profile.Profile) bool {
	own := types
	switch {
	case IsLive(p):
		own = liveTypes
	case !slices.Contains(p.Comments, mark):
		return false
	}
	if len(p.SampleType) == 0 || len(p.Mapping) == 0 || !IsLive(p) && len(p.SampleType) != len(own) {
		return false
	}
	for _, t := range p.SampleType { // Only leaves some of real threads
		if !slices.Contains(own, sampleType{t.Type, t.Unit}) {
			return false
		}
	}
	for _, s := range p.Sample { // in profiles of lwbench each location is one function
		if len(s.Location) == 0 || slices.ContainsFunc(s.Location, func(l *profile.Location) bool { return len(l.Line) != 1 || l.Line[0].Function == nil }) {
			return false
		}
	}
	return true
}
