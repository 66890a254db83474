// The page's entry.
document.title = 'Nexus';
