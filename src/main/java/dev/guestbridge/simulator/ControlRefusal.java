package dev.guestbridge.simulator;

/** A control call that can't be done; the sentence names the field or thing. */
final class ControlRefusal extends Exception {

    private final int status;

    ControlRefusal(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    Answer answer() {
        return Answer.json(status, Json.object().put("error", getMessage()));
    }
}
