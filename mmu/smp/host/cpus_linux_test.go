package host

import (
	"os"
	"path/filepath"
	"testing"
)

// TestQuota reads quotas in the formats of both cgroup versions; the smallest of all parent groups applies.
func TestQuota(t *testing.T) {
	for _, k := range []struct {
		name, list string
		files      map[string]string
		want       float64
	}{
		{"none", "0::/\n", nil, 0},
		{"unlimited", "0::/a\n", map[string]string{"a/cpu.max": "max 100000\n"}, 0},
		{"version 2", "0::/a/b\n", map[string]string{"a/b/cpu.max": "400000 100000\n", "a/cpu.max": "150000 100000\n"}, 1.5},
		{"version 1", "3:cpu,cpuacct:/x\n0::/\n", map[string]string{
			"cpu,cpuacct/x/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
		}, 0.5},
		{"version 1, unlimited", "3:cpu:/\n", map[string]string{"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0},
		{"garbage", "what\n::\n0::/a\n", map[string]string{"a/cpu.max": "lots of it\n"}, 0},
	} {
		root := t.TempDir()
		list := filepath.Join(root, "list")
		write := func(path, text string) {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(list, k.list)
		for name, text := range k.files {
			write(filepath.Join(root, name), text)
		}
		if got := quota(list, root); got != k.want {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}
