package dev.guestbridge.bench;

import java.util.List;

/** One part of the benchmark. */
interface Part {

    /**
     * @param table what stands in the document
     * @param wrong what was lost, doubled or out of order where that was promised not to be
     */
    record Result(String table, List<String> wrong) {}

    Result run();
}
