package dev.guestbridge.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What each of the hot pure functions costs, by JMH. */
record Jmh(int warmUps, int measurements, TimeValue each) implements Part {

    @Override
    public Result run() {
        StringBuilder table = new StringBuilder(Figures.head("function", "ns", "±", "bytes allocated"));
        for (RunResult result : measured()) {
            String name = result.getParams().getBenchmark();
            table.append(Figures.row(
                    "`" + name.substring(name.lastIndexOf('.') + 1) + "`",
                    "%.0f".formatted(result.getPrimaryResult().getScore()),
                    "%.0f".formatted(result.getPrimaryResult().getScoreError()),
                    "%.0f"
                            .formatted(result.getSecondaryResults()
                                    .get("gc.alloc.rate.norm")
                                    .getScore())));
        }
        return new Result(table.toString(), List.of());
    }

    private Collection<RunResult> measured() {
        try {
            return new Runner(new OptionsBuilder()
                            .include(HotFunctions.class.getName())
                            .warmupIterations(warmUps)
                            .warmupTime(each)
                            .measurementIterations(measurements)
                            .measurementTime(each)
                            .forks(1)
                            .addProfiler(GCProfiler.class)
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }
}
