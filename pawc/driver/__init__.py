"""What ties the stages together: projects, pipelines, builds, programs that can be called, tests of them."""
