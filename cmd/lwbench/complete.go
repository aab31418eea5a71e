package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/compare"
	"lwbench/bench/input/capture"
	"lwbench/bench/profile"
	"lwbench/bench/sweeps"
	"lwbench/bench/validate"
	"lwbench/mmu/machines"
)

// completion returns the candidates for the word being typed.
type completion = func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

// completions holds the completions of flags, by name. A flag means the same in every command.
var completions = map[string]completion{
	"alloc":    fromList(allocatorNames),
	"diff":     fromList(allocatorNames),
	"workload": fromList(workloadNames),
	"machine":  fromList(machines.Names),
	"unit":     fromList(unitNames),
	"set":      setting(tunableNames, tunableValues),
	"param":    setting(parameterNames, parameterValues),
	"engine":   choice("virtual", "live"),
	"ipi-cost": choice("machine", "none"),
	"fail-on":  choice("regression", "any"),
	"type":     choice(slices.Concat(profile.Kinds(), profile.LiveKinds())...),
}

// formatsOf lists the values of --format, by command.
var formatsOf = map[string][]string{
	"compare": compare.Formats(), "report": {"html", "md"}, "validate": {"text", "md"}, "replay": {"text", "json"}, "check": {"text", "json"},
	"import": capture.Choices(),
}

// argumentsOf completes the arguments of a command. The arguments of other commands are files.
var argumentsOf = map[string]completion{
	"sweep":    namesOrFiles(sweeps.Names),
	"why":      fromList(allocatorNames),
	"validate": namesOrFiles(validate.Names),
}

// addCompletions adds shell completion for every name that flags and arguments take.
func addCompletions(root *cobra.Command) {
	for _, c := range root.Commands() {
		for name, complete := range completions {
			if c.Flags().Lookup(name) != nil {
				_ = c.RegisterFlagCompletionFunc(name, complete)
			}
		}
		if c.Flags().Lookup("format") != nil {
			_ = c.RegisterFlagCompletionFunc("format", choice(formatsOf[c.Name()]...))
		}
		if complete, ok := argumentsOf[c.Name()]; ok {
			c.ValidArgsFunction = complete
		}
	}
}

func allocatorNames() (names []string) {
	for _, d := range lists().Designs {
		names = append(names, d.Name)
	}
	return names
}

func workloadNames() (names []string) {
	for _, w := range lists().Workloads {
		names = append(names, w.Name)
	}
	return names
}

func unitNames() []string {
	names := []string{"all"}
	for _, e := range bench.Engines() {
		for _, u := range e.AllUnits() {
			if !slices.Contains(names, u.Name) {
				names = append(names, u.Name)
			}
		}
	}
	return names
}

func tunableNames(c *cobra.Command) (names []string) {
	for _, d := range lists().Designs {
		for _, k := range d.Tunables {
			if chosen(c, "alloc", d.Name) && !slices.Contains(names, k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	return names
}

func tunableValues(name string) (values []string, file bool) {
	for _, d := range lists().Designs {
		if k, ok := d.Tunable(name); ok {
			if k.Values != nil {
				return k.Values, false
			}
			return []string{k.Format(k.Default)}, false
		}
	}
	return nil, false
}

func parameterNames(c *cobra.Command) (names []string) {
	for _, w := range lists().Workloads {
		for _, p := range w.Params {
			if chosen(c, "workload", w.Name) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

func parameterValues(name string) (values []string, file bool) {
	for _, w := range lists().Workloads {
		for _, p := range w.Params {
			switch {
			case p.Name != name:
			case name == w.Input:
				return nil, true
			case p.Choices != nil:
				return p.Choices, false
			default:
				return []string{p.Default}, false
			}
		}
	}
	return nil, false
}

// chosen reports whether a list flag names what, or was not given.
func chosen(c *cobra.Command, flag, what string) bool {
	f := c.Flags().Lookup(flag)
	return f == nil || !f.Changed || slices.Contains(strings.Split(f.Value.String(), ","), what)
}

// fromList completes the last item of a comma-separated list with a name that the list does not contain yet.
func fromList(names func() []string) completion {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return extend(word, names()), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// extend returns the word once for each name, with the text after its last comma replaced by the name.
func extend(word string, names []string) (out []string) {
	head, last := "", word
	if i := strings.LastIndexByte(word, ','); i >= 0 {
		head, last = word[:i+1], word[i+1:]
	}
	for _, n := range names {
		if strings.HasPrefix(n, last) && !slices.Contains(strings.Split(head, ","), n) {
			out = append(out, head+n)
		}
	}
	return out
}

// setting completes NAME=VALUE,….
func setting(names func(*cobra.Command) []string, values func(name string) (list []string, file bool)) completion {
	return func(c *cobra.Command, _ []string, word string) (out []string, _ cobra.ShellCompDirective) {
		name, value, isSet := strings.Cut(word, "=")
		if !isSet {
			for _, n := range names(c) {
				if strings.HasPrefix(n, word) {
					out = append(out, n+"=")
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		}
		list, file := values(name)
		if file {
			return nil, cobra.ShellCompDirectiveDefault
		}
		for _, v := range extend(value, list) {
			out = append(out, name+"="+v)
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func choice(values ...string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// namesOrFiles completes an argument that is a name or a file.
func namesOrFiles(names func() []string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names(), cobra.ShellCompDirectiveDefault
	}
}
