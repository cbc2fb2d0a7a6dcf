package dev.guestbridge.cli;
final class DemoCommand {}
