package dev.guestbridge.message;

/** One key or parameter of a channel's file can't be used; the sentence names it and the reason. */
public final class BadPart extends IllegalArgumentException {

    private final String name;
    private final boolean isParameter;

    private BadPart(String name, boolean isParameter, String reason) {
        super((isParameter ? "parameter '" : "key '") + name + "' " + reason);
        this.name = name;
        this.isParameter = isParameter;
    }

    /** @param reason the sentence's end, such as {@code is missing} */
    public static BadPart parameter(String name, String reason) {
        return new BadPart(name, true, reason);
    }

    static BadPart key(String name, String reason) {
        return new BadPart(name, false, reason);
    }

    String name() {
        return name;
    }

    boolean isParameter() {
        return isParameter;
    }
}
