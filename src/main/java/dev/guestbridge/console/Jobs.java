package dev.guestbridge.console;

import dev.guestbridge.console.Operations.Refused;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works that take longer than an operator's question may: each goes on by itself, tells how far it is, and ends between two
 * of its steps when it is cancelled or the bridge stops. There is one of a kind at a time.
 */
public final class Jobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int REMEMBERED = 100;
    private static final int STEP_ENDS_WITHIN_MS = 5_000;

    private final Clock clock;
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    public Jobs(Clock clock) {
        this.clock = clock;
    }

    /** What a job does. */
    @FunctionalInterface
    public interface Work {
        /** @throws Exception when it can't go on; its sentence is told */
        void carryOut(Job job) throws Exception;
    }

    /**
     * How far a job is.
     *
     * @param state running, done, cancelled or failed
     * @param until null while it runs
     * @param of how many there are to do
     * @param done how many of them are done
     * @param left how many of them aren't
     * @param trouble why it failed, a sentence; null when it didn't
     */
    public record Told(
            String job,
            String kind,
            String state,
            Instant since,
            Instant until,
            int of,
            int done,
            int left,
            String trouble) {}

    /** One work, as those see it who carry it out. */
    public static final class Job {
        private final String id = UUID.randomUUID().toString().substring(0, 8);
        private final String kind;
        private final int total;
        private final Clock clock;
        private final Instant since;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final Thread thread;
        private String state = "running";
        private Instant until;
        private int done;
        private String trouble;

        private Job(String kind, int total, Work work, Clock clock) {
            this.kind = kind;
            this.total = total;
            this.clock = clock;
            this.since = clock.instant();
            this.thread = new Thread(() -> run(work), "job-" + id);
            thread.setDaemon(true);
        }

        public String id() {
            return id;
        }

        /** So many more are done. */
        public synchronized void progress(int more) {
            done += more;
        }

        /** Whether there is to be another step. */
        public boolean goesOn() {
            return cancelled.getCount() > 0;
        }

        /** Waits before the next step; true when there is to be none. */
        public boolean endsWithin(long millis) throws InterruptedException {
            return cancelled.await(millis, TimeUnit.MILLISECONDS);
        }

        private void run(Work work) {
            try {
                work.carryOut(this);
                ended(goesOn() ? "done" : "cancelled", null);
            } catch (Exception e) {
                Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
                LOG.warn("job {}, {}: failed", id, kind, cause);
                ended("failed", cause.getMessage() == null ? cause.toString() : cause.getMessage());
            }
        }

        private synchronized void ended(String how, String why) {
            state = how;
            trouble = why;
            until = clock.instant();
        }

        private synchronized Told told() {
            return new Told(id, kind, state, since, until, total, done, total - done, trouble);
        }
    }

    /**
     * Starts a work.
     *
     * @param kind such as {@code dead letters}
     * @param total how many there are to do
     * @throws Refused when one of its kind is running
     */
    public synchronized Told start(String kind, int total, Work work) throws Refused {
        for (Job job : jobs.values()) {
            if (job.kind.equals(kind) && job.told().until() == null) {
                throw new Refused(
                        409, "job " + job.id + " is at work on the " + kind + "; wait for its end, or cancel it");
            }
        }
        Job job = new Job(kind, total, work, clock);
        jobs.put(job.id, job);
        if (jobs.size() > REMEMBERED) {
            jobs.values().stream()
                    .filter(one -> one.told().until() != null)
                    .findFirst()
                    .ifPresent(oldest -> jobs.remove(oldest.id));
        }
        job.thread.start();
        return job.told();
    }

    /** How far all are, and how to cancel one. */
    public void open(Operations operations) {
        operations.read(
                "/jobs",
                asked -> asked.optional("id") == null
                        ? all()
                        : named(asked.required("id")).told());
        operations.act("/jobs/cancel", "cancel job", asked -> {
            Job job = named(asked.required("id"));
            job.cancelled.countDown();
            return job.told();
        });
    }

    private synchronized List<Told> all() {
        return new ArrayList<>(jobs.values().stream().map(Job::told).toList());
    }

    private synchronized Job named(String id) throws Refused {
        Job job = jobs.get(id);
        if (job == null) {
            throw Refused.unknown("there is no job " + id + ", or the bridge was started anew since");
        }
        return job;
    }

    /** Cancels all, and waits for the steps that they are in. */
    @Override
    public void close() {
        List<Job> left;
        synchronized (this) {
            left = List.copyOf(jobs.values());
        }
        left.forEach(job -> job.cancelled.countDown());
        try {
            for (Job job : left) {
                job.thread.join(STEP_ENDS_WITHIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
