// Package manifests decodes the manifests of the recipes strictly, into the API's own Go
// types. It is a module of its own: nothing else needs those.
package manifests

import (
	"bytes"
	"os"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const recipes = "../../cmd/loanmap/recipes/"

// strictly decodes one object: an unknown or repeated field is an error.
func strictly[T any](t *testing.T, text []byte) *T {
	t.Helper()
	object := new(T)
	if err := yaml.UnmarshalStrict(text, object); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return object
}

// manifests returns the objects of a file as text, by kind.
func manifests(t *testing.T, file string) map[string][]byte {
	t.Helper()
	content, err := os.ReadFile(recipes + file)
	if err != nil {
		t.Fatal(err)
	}
	byKind := map[string][]byte{}
	for text := range bytes.SplitSeq(content, []byte("---\n")) {
		var is metav1.TypeMeta
		if err := yaml.Unmarshal(text, &is); err != nil || is.Kind == "" || byKind[is.Kind] != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		byKind[is.Kind] = text
	}
	return byKind
}

// checkPod checks what every pod of loanmap has: it may not be root, and has a secret, a folder of
// the job and one for temporary files.
func checkPod(t *testing.T, pod *corev1.PodSpec, asks bool) {
	t.Helper()
	if pod.RestartPolicy != corev1.RestartPolicyNever {
		t.Errorf("the restart policy is %s", pod.RestartPolicy)
	}
	if pod.SecurityContext == nil || !*pod.SecurityContext.RunAsNonRoot || *pod.SecurityContext.RunAsUser != 65532 || *pod.SecurityContext.FSGroup != 65532 {
		t.Errorf("the pod may be root: %+v", pod.SecurityContext)
	}
	c := &pod.Containers[0]
	if c.SecurityContext == nil || !*c.SecurityContext.ReadOnlyRootFilesystem || *c.SecurityContext.AllowPrivilegeEscalation {
		t.Errorf("the container may more than it needs: %+v", c.SecurityContext)
	}
	checkContainer(t, c, pod.Volumes, asks)
}

func checkContainer(t *testing.T, c *corev1.Container, volumes []corev1.Volume, asks bool) {
	t.Helper()
	if asks != (len(c.EnvFrom) == 1 && c.EnvFrom[0].SecretRef.Name == "loanmap") {
		t.Errorf("its secrets are %+v", c.EnvFrom)
	}
	if !slices.Contains(c.Args, "--review-exit-code=0") {
		t.Errorf("code 3 is a failure of %v", c.Args)
	}
	if c.WorkingDir != "/work" || len(c.VolumeMounts) != 2 || c.VolumeMounts[0].MountPath != "/work" || c.VolumeMounts[1].MountPath != "/tmp" {
		t.Errorf("it has the folders %+v", c.VolumeMounts)
	}
	for _, mount := range c.VolumeMounts {
		if !slices.ContainsFunc(volumes, func(v corev1.Volume) bool { return v.Name == mount.Name }) {
			t.Errorf("there is no volume %s", mount.Name)
		}
	}
}

func TestIndexedJob(t *testing.T) {
	files := manifests(t, "job.yaml")
	job := strictly[batchv1.Job](t, files["Job"])
	s := job.Spec
	switch {
	case *s.CompletionMode != batchv1.IndexedCompletion:
		t.Error("the job is not indexed")
	case *s.Completions != 16 || !slices.Contains(s.Template.Spec.Containers[0].Args, "--shards=16"):
		t.Error("there are not as many shards as completions")
	case *s.BackoffLimitPerIndex < 1 || s.BackoffLimit != nil:
		t.Error("a failure of one shard counts for others")
	case *s.PodReplacementPolicy != batchv1.Failed:
		t.Error("two pods of one shard may run at once")
	}
	checkPod(t, &s.Template.Spec, true)
}

func TestPodFailurePolicy(t *testing.T) {
	job := strictly[batchv1.Job](t, manifests(t, "job.yaml")["Job"])
	rules := job.Spec.PodFailurePolicy.Rules
	if len(rules) != 2 {
		t.Fatalf("there are %d rules", len(rules))
	}
	ignore, fail := rules[0], rules[1]
	if ignore.Action != batchv1.PodFailurePolicyActionIgnore || ignore.OnPodConditions[0].Type != corev1.DisruptionTarget {
		t.Errorf("an eviction counts as a failure: %+v", ignore)
	}
	codes := fail.OnExitCodes
	if fail.Action != batchv1.PodFailurePolicyActionFailJob || codes.Operator != batchv1.PodFailurePolicyOnExitCodesOpIn || !slices.Equal(codes.Values, []int32{2, 4}) {
		t.Errorf("wrong usage or a refused token does not end the job: %+v", fail)
	}
	if *codes.ContainerName != job.Spec.Template.Spec.Containers[0].Name {
		t.Errorf("the rule is for the container %s", *codes.ContainerName)
	}
}

func TestRedisAndFiles(t *testing.T) {
	files := manifests(t, "job.yaml")
	if len(files) != 5 {
		t.Errorf("there are %d objects", len(files))
	}
	secret := strictly[corev1.Secret](t, files["Secret"])
	for _, name := range []string{"LOANPRO_TENANT_ID", "LOANPRO_API_TOKEN", "LOANMAP_PACE_URL", "REDIS_PASSWORD"} {
		if secret.StringData[name] == "" {
			t.Errorf("the secret has no %s", name)
		}
	}
	service := strictly[corev1.Service](t, files["Service"])
	redis := strictly[appsv1.Deployment](t, files["Deployment"])
	if want := "redis://:" + secret.StringData["REDIS_PASSWORD"] + "@" + service.Name + ":6379"; secret.StringData["LOANMAP_PACE_URL"] != want {
		t.Errorf("the pace is not at %s", want)
	}
	labels := redis.Spec.Template.Labels
	if labels["app"] != service.Spec.Selector["app"] || labels["app"] != redis.Spec.Selector.MatchLabels["app"] {
		t.Error("the service does not lead to Redis")
	}
	claim := strictly[corev1.PersistentVolumeClaim](t, files["PersistentVolumeClaim"])
	if !slices.Equal(claim.Spec.AccessModes, []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}) {
		t.Errorf("several nodes cannot write: %v", claim.Spec.AccessModes)
	}
}

// The topic nightly has a manifest of its own.
func TestNightly(t *testing.T) {
	topic, err := os.ReadFile("../../cmd/loanmap/help/nightly.md")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for line := range bytes.Lines(topic) {
		if bytes.HasPrefix(line, []byte("    apiVersion: batch/v1")) || text.Len() > 0 {
			line, inside := bytes.CutPrefix(line, []byte("    "))
			if !inside {
				break
			}
			text.Write(line)
		}
	}
	job := strictly[batchv1.CronJob](t, text.Bytes()).Spec.JobTemplate.Spec
	if rule := job.PodFailurePolicy.Rules[0]; rule.Action != batchv1.PodFailurePolicyActionFailJob || !slices.Equal(rule.OnExitCodes.Values, []int32{2, 4}) {
		t.Errorf("wrong usage or a refused token does not end the job: %+v", rule)
	}
	if c := job.Template.Spec.Containers[0]; !slices.Contains(c.Args, "--review-exit-code=0") || len(c.Command) > 0 {
		t.Errorf("code 3 is a failure of %v %v", c.Command, c.Args)
	}
}

func TestMergeJob(t *testing.T) {
	job := strictly[batchv1.Job](t, manifests(t, "merge.yaml")["Job"])
	checkPod(t, &job.Spec.Template.Spec, false)
	if args := job.Spec.Template.Spec.Containers[0].Args; !slices.Contains(args, "out/loans.csv.*-of-16.part") {
		t.Errorf("it merges %v", args)
	}
}

// workflow has the fields of an Argo workflow (argoproj.io/v1alpha1, Argo docs, fields) that
// the recipe uses. Argo's own module needs several hundred others.
type workflow struct {
	metav1.TypeMeta
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     struct {
		Entrypoint      string                     `json:"entrypoint"`
		Parallelism     *int64                     `json:"parallelism"`
		SecurityContext *corev1.PodSecurityContext `json:"securityContext"`
		Volumes         []corev1.Volume            `json:"volumes"`
		Templates       []template                 `json:"templates"`
	} `json:"spec"`
}

type template struct {
	Name          string      `json:"name"`
	Steps         [][]step    `json:"steps"`
	Inputs        *parameters `json:"inputs"`
	RetryStrategy *struct {
		Limit       string `json:"limit"`
		RetryPolicy string `json:"retryPolicy"`
		Expression  string `json:"expression"`
	} `json:"retryStrategy"`
	Container *corev1.Container `json:"container"`
}

type step struct {
	Name         string      `json:"name"`
	Template     string      `json:"template"`
	Arguments    *parameters `json:"arguments"`
	WithSequence *struct {
		Start string `json:"start"`
		End   string `json:"end"`
	} `json:"withSequence"`
}

type parameters struct {
	Parameters []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"parameters"`
}

func TestArgoWorkflow(t *testing.T) {
	w := strictly[workflow](t, manifests(t, "argo.yaml")["Workflow"]).Spec
	if !*w.SecurityContext.RunAsNonRoot || *w.Parallelism < 1 || len(w.Templates) != 3 {
		t.Fatalf("the workflow is %+v", w)
	}
	steps, shard, merge := w.Templates[0].Steps, w.Templates[1], w.Templates[2]
	if len(steps) != 2 || steps[0][0].WithSequence.Start != "1" || steps[0][0].WithSequence.End != "16" || steps[1][0].Template != merge.Name {
		t.Errorf("the steps are %+v", steps)
	}
	if steps[0][0].Arguments.Parameters[0].Name != shard.Inputs.Parameters[0].Name || shard.RetryStrategy.Expression == "" {
		t.Errorf("a shard is %+v", shard)
	}
	if !slices.Contains(shard.Container.Args, "--shard={{inputs.parameters.number}}/16") || len(shard.Container.Command) != 1 {
		t.Errorf("a shard runs %v", shard.Container.Args)
	}
	checkContainer(t, shard.Container, w.Volumes, true)
	checkContainer(t, merge.Container, w.Volumes, false)
}
