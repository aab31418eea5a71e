// Command validate decodes manifests with the types of Kubernetes' own API: a field that is unknown, given twice, or of another type
// is an error. It also compares what must agree between them. It is a module of its own, so that lwbench does not depend on it.
package main

import (
	"fmt"
	"os"
	"strconv"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	for _, path := range os.Args[1:] {
		if err := validate(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			os.Exit(1)
		}
		fmt.Println(path, "ok")
	}
}

func validate(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var kind struct{ Kind string }
	if err := yaml.Unmarshal(data, &kind); err != nil {
		return err
	}
	switch kind.Kind {
	case "PersistentVolumeClaim":
		return yaml.UnmarshalStrict(data, new(core.PersistentVolumeClaim))
	case "Job":
		var j batch.Job
		if err := yaml.UnmarshalStrict(data, &j); err != nil {
			return err
		}
		return job(&j)
	}
	return fmt.Errorf("kind %q: not expected", kind.Kind)
}

// job checks what the types do not say.
func job(j *batch.Job) error {
	s, pod := j.Spec, j.Spec.Template.Spec
	if j.APIVersion != "batch/v1" || pod.RestartPolicy != core.RestartPolicyNever || len(pod.Containers) != 1 {
		return fmt.Errorf("expected a Job of batch/v1 with one container that is not started again in its pod")
	}
	if s.CompletionMode == nil {
		return nil
	}
	if *s.CompletionMode != batch.IndexedCompletion || s.Completions == nil || s.BackoffLimitPerIndex == nil {
		return fmt.Errorf("expected an Indexed Job with completions and a limit for each index")
	}
	for _, e := range pod.Containers[0].Env {
		if e.Name == "LWBENCH_SHARDS" && e.Value == strconv.Itoa(int(*s.Completions)) {
			return nil
		}
	}
	return fmt.Errorf("LWBENCH_SHARDS is not the number of completions, %d", *s.Completions)
}
