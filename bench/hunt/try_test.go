package hunt
import ("testing";"context";"os";"lwbench/allocators/all";"lwbench/mmu/machines")
func TestTry(t *testing.T){
 spec,_:=machines.Load(machines.Default)
 for _,d:=range all.Designs(){
  r,err:=Run(context.Background(),Options{Design:d,Machine:spec,Bound:2,Budget:30000})
  if err!=nil {t.Error(d.Name, err);continue}
  t.Log(r.JSON())
  if r.Found { t.Log("\n"+r.Trace.String()); r.Story.Write(os.Stdout)}
 }
}
