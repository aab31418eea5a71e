package texttab_test

import (
	"fmt"

	"lwbench/internal/texttab"
)

func ExampleNearest() {
	fmt.Println(texttab.Nearest("lwbuff", []string{"naive", "sfbuf", "lwbuf"}))
	// Output: lwbuf
}
