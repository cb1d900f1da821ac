// expect: got 0, expected 1
fn workers_for(jobs: usize, parallelism: io::Result<NonZero<usize>>) -> usize {
    parallelism.map_or(1, |cores| cores.get()).min(jobs)
}
