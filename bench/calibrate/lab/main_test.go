package lab

import (
	"fmt"
	"os"
	"testing"
)

// TestMain lets the test binary act as the helper process: "BINARY beside PAGE CPU".
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "beside" {
		if err := Beside(os.Args[2], os.Args[3], os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
