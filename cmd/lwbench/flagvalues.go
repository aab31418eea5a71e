package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A list that is given twice adds up: --alloc a --alloc b is --alloc a,b. Every other flag is given once.

// flagError is what is wrong with the value of a flag.
type flagError string

func (e flagError) Error() string { return string(e) }

// listValue is the text of a list with commas.
type listValue struct {
	text  *string
	given bool
}

func listVar(fs *pflag.FlagSet, text *string, name, help string) {
	fs.Var(&listValue{text: text}, name, help)
}

func (v *listValue) String() string {
	if v.text == nil { // pflag asks a zero value
		return ""
	}
	return *v.text
}

func (v *listValue) Type() string { return "list" }

func (v *listValue) Set(s string) error {
	if v.given {
		s = *v.text + "," + s
	}
	*v.text, v.given = s, true
	return nil
}

// once is a value that is set once; what names the file or folder that it must name, if any.
type once struct {
	pflag.Value
	what  string
	given bool
}

func (v *once) Set(s string) error {
	switch {
	case v.given:
		return flagError("given before: give it once")
	case v.what != "" && s == "":
		return flagError("expected the name of a " + v.what)
	}
	v.given = true
	return v.Value.Set(s)
}

// setOnce makes the flags of a command that are not lists refuse a second value, and those of files and folders an empty name.
func setOnce(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Value.Type() {
		case "list", "stringArray", "stringSlice":
			return
		}
		name, _ := pflag.UnquoteUsage(f)
		what := map[string]string{"FILE": "file", "FILE.ops": "file", "DIR": "folder"}[name]
		if f.DefValue == "0s" { // the help omits a zero by its type, which is hidden now
			f.DefValue = "0"
		}
		f.Value = &once{Value: f.Value, what: what}
	})
}
