package compare_test

import (
	"fmt"

	"lwbench/bench/compare"
)

// The comparison of two files matches benchstat's; the verdict is for a script.
func ExampleCompare() {
	in, err := compare.Read([]string{"old=testdata/live-old.txt", "new=testdata/live-old.txt"}, nil)
	if err != nil {
		panic(err)
	}
	options := compare.Defaults()
	c, err := compare.Compare(in, &options)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(c.Tables) > 0, c.Worst() == compare.Same)
	// Output:
	// true true
}
