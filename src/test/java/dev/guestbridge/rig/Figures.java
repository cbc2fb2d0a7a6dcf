package dev.guestbridge.rig;

import dev.guestbridge.rig.History.Findings;
import java.time.LocalDate;
import java.util.Locale;

/**
 * What one run showed.
 *
 * @param planned faults that were to hit
 * @param hit those that met work in flight
 * @param findings null where no guest messages were sent
 * @param other what else was measured, for people
 * @param good whether that is as it must be
 */
record Figures(String run, long planned, long hit, Findings findings, String other, boolean good) {

    static final String HEAD =
            """
            | run | faults planned / hit | messages | lost | dead | wire repeats (per fault) | not flagged | effective repeats | out of order | phantom | not told | measured besides | verdict | when, cores |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    boolean isRight() {
        return good && hit * 100 >= planned * 95 && (findings == null || findings.isGood());
    }

    String row() {
        String faults = planned == 0 ? "" : planned + " / " + hit;
        String verdict = (isRight() ? "right" : "**WRONG**") + " | " + LocalDate.now() + ", "
                + Runtime.getRuntime().availableProcessors();
        if (findings == null) {
            return "| %s | %s | | | | | | | | | | %s | %s |".formatted(run, faults, other, verdict);
        }
        String repeats = planned == 0
                ? String.valueOf(findings.wireRepeats())
                : String.format(
                        Locale.ROOT, "%d (%.1f)", findings.wireRepeats(), findings.wireRepeats() / (double) planned);
        return "| %s | %s | %d | %d | %d | %s | %d | %d | %d | %d | %d | %s | %s |"
                .formatted(
                        run,
                        faults,
                        findings.sent(),
                        findings.lost(),
                        findings.dead(),
                        repeats,
                        findings.unflagged(),
                        findings.effectiveRepeats(),
                        findings.outOfOrder(),
                        findings.phantoms(),
                        findings.untold(),
                        other,
                        verdict);
    }
}
