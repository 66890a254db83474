// The self-test page's entry.
document.title = 'Nexus self-test';
