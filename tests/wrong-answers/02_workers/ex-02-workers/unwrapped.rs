// expect: it panicked
fn workers_for(jobs: usize, parallelism: io::Result<NonZero<usize>>) -> usize {
    parallelism.unwrap().get().min(jobs).max(1)
}
