// expect: got 1000, expected 8
fn workers_for(jobs: usize, _parallelism: io::Result<NonZero<usize>>) -> usize {
    jobs.max(1)
}
